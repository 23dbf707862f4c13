"""What the rehearsals with a file system of their own share: the disk, the node on it, its writers, and the skip."""

import contextlib
import fcntl
import http.client
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
IMAGE_BYTES = 192 << 20
START_SECONDS_MAX = 60
TOOLS_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class Skip(Exception):
    """Cannot be rehearsed here."""


class Lost(Exception):
    """The node did not keep its word."""


def tool(*command, codes=(0,)):
    """Runs a tool that must succeed; returns what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PATH": TOOLS_PATH})
    if done.returncode not in codes:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout.strip()


class Disk:
    """An ext4 file system whose plug one can pull."""

    def __init__(self, directory, size=IMAGE_BYTES):
        self.image = directory / "disk.img"
        self.mountpoint = directory / "disk"
        self.mountpoint.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(size)
        # No blocks kept for root: full is full for everybody.
        tool("mkfs.ext4", "-q", "-F", "-m", "0", self.image)
        try:
            self.device = tool("losetup", "--find", "--show", self.image)
        except RuntimeError as e:
            raise Skip(f"no loop device can be had: {e}") from e
        try:
            self.mount()
        except RuntimeError as e:
            tool("losetup", "--detach", self.device)
            raise Skip(f"no ext4 image can be mounted: {e}") from e

    def mount(self):
        tool("mount", "-t", "ext4", "-o", "errors=remount-ro", self.device, self.mountpoint)

    def cut_power(self):
        directory = os.open(self.mountpoint, os.O_RDONLY)
        try:
            fcntl.ioctl(directory, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        except OSError as e:
            raise Skip(f"this kernel does not shut ext4 down on demand: {e}") from e
        finally:
            os.close(directory)

    def fail(self):
        """As a disk that reports an error: the file system aborts its log and is read-only from now on."""
        trigger = pathlib.Path("/sys/fs/ext4", pathlib.Path(self.device).name, "trigger_fs_error")
        try:
            trigger.write_text("rehearsal")
        except OSError as e:
            raise Skip(f"this kernel does not fail ext4 on demand: {e}") from e

    def repair(self):
        """As a machine that boots again: replay the log, check everything, mount."""
        self.unmount()
        tool("e2fsck", "-p", "-f", self.device, codes=(0, 1))
        self.mount()

    def unmount(self):
        until = time.monotonic() + 20
        while True:
            try:
                tool("umount", self.mountpoint)
                return
            except RuntimeError:
                # The last pages of a killed process go after it.
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def close(self):
        with contextlib.suppress(RuntimeError):
            self.unmount()
        tool("losetup", "--detach", self.device)


class Node:
    """The program on that disk."""

    def __init__(self, program, data, sync, reserve="8MiB"):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("DHT_", "RON_", "SVC_DHT_"))}
        self.lines = []
        self.port = None
        self.served = threading.Event()
        self.process = subprocess.Popen(
            [program / "svc-dht", "run", "--data-dir", data, "--sync", sync, "--admin-bind", "127.0.0.1:0", "--peer-bind", "127.0.0.1:0",
             "--disk-reserve", reserve, "--log-format", "text"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        threading.Thread(target=self.read_log, daemon=True).start()

    def read_log(self):
        for line in self.process.stdout:
            self.lines.append(line)
            serving = re.search(r"Serving node \S+ at \[?127\.0\.0\.1:(\d+)", line)
            if serving:
                self.port = int(serving.group(1))
                self.served.set()
        self.served.set()

    def await_ready(self):
        until = time.monotonic() + START_SECONDS_MAX
        self.served.wait(START_SECONDS_MAX)
        if self.port is None:
            self.kill()
            raise Lost(f"the node did not start (exit code {self.process.returncode}): {''.join(self.lines[-5:])}")
        connection = self.connect()
        while time.monotonic() < until:
            if self.ask(connection, "GET", "/readyz")[0] == 200:
                connection.close()
                return self
            time.sleep(0.02)
        raise Lost(f"the node was not ready after {START_SECONDS_MAX} s: {''.join(self.lines[-5:])}")

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    @staticmethod
    def ask(connection, method, path, body=None, headers=None):
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def listed(node):
    """Every content id the node knows."""
    status, body = node.ask(node.connect(), "GET", "/dht/_debug/list", None, {"Accept": "application/x-ndjson"})
    if status != 200:
        raise Lost(f"the list was answered with {status}")
    return {json.loads(line)["cid"] for line in body.splitlines()}


def rehearse_on_own_disk(name, program, run):
    """Sees to root, tools and the program, calls run(program), and gives the exit code of the whole script."""
    try:
        if platform.system() != "Linux":
            raise Skip(f"{name} is rehearsed on Linux only")
        if os.geteuid() != 0:
            raise Skip(f"{name} needs root, for a loop device and a mount")
        for command in ["mkfs.ext4", "e2fsck", "losetup", "mount", "umount"]:
            if shutil.which(command, path=TOOLS_PATH) is None:
                raise Skip(f"{name} needs {command} (e2fsprogs, util-linux, mount)")
        program = pathlib.Path(program).resolve()
        if not (program / "svc-dht.jar").is_file():
            sys.exit(f"{name}: there is no svc-dht.jar in {program}; build it with ./mvnw package -DskipTests")
        return run(program)
    except Skip as e:
        print(f"{name}: skipped: {e}")
        if os.environ.get("CI") == "true":
            print(f"{name}: a skip is a failure in CI", file=sys.stderr)
            return 1
        return 0
    except (Lost, RuntimeError) as e:
        print(f"{name}: {e}", file=sys.stderr)
        return 1


def own_directory(name):
    return tempfile.TemporaryDirectory(prefix=f"svc-dht-{name}-")
