#!/usr/bin/env python3
"""Two network namespaces joined by a wire that takes its time and sees every packet: wire.py MILLISECONDS JAVA…

Whatever the kernel: the wire is two TUN devices and this program between them. JAVA… is the command of RoundTrips. One node
answers in the second namespace, others ask from the first, by datagrams and by streams. Until each
answer the flights towards the asker are counted, a flight being packets that follow each other at once: that is the number of
round trips. The MTU is 1,280, the least that IPv6 allows. Root, Linux; takes everything away again.
"""
import collections
import fcntl
import heapq
import os
import re
import select
import signal
import struct
import subprocess
import sys
import time

DELAY = float(sys.argv[1]) / 1000
JAVA = sys.argv[2:]
HOSTS = ["10.77.0.1", "10.77.0.2"]
SPACES = ["svcdht-a-%d" % os.getpid(), "svcdht-b-%d" % os.getpid()]
PORT = 5302
COUNT = 20
SECONDS_MAX = 120
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000


def run(*command):
    subprocess.run(command, check=True)


def tun(side):
    """The device lies in its namespace, its other end is this process's."""
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    name = "wire%d-%d" % (side, os.getpid() % 10000)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    space = SPACES[side]
    run("ip", "netns", "add", space)
    run("ip", "link", "set", name, "netns", space)
    run("ip", "-n", space, "link", "set", "lo", "up")
    run("ip", "-n", space, "addr", "add", HOSTS[side], "peer", HOSTS[1 - side], "dev", name)
    run("ip", "-n", space, "link", "set", name, "mtu", "1280", "up")
    return fd


class Packets:
    """Of the askers' conversations: when each was delivered, which way, how long."""

    def __init__(self):
        self.all = []

    def see(self, side, packet, now):
        source, target = struct.unpack_from(">HH", packet, (packet[0] & 15) * 4)
        kind = {6: "tcp", 17: "udp"}.get(packet[9])
        if kind and (target if side == 0 else source) == PORT:
            self.all.append((now + DELAY, side, len(packet), kind))

    def between(self, kind, began, ended):
        """Flights towards the asker, and bytes both ways."""
        flights, last, amount = 0, 0, 0
        for when, side, length, of in self.all:
            if of == kind and began <= when <= ended:
                amount += length
                if side == 1:
                    flights += when - last > DELAY / 2
                    last = when
        return flights, amount


def told(packets, kind, name, lines):
    """What the asker printed, beside what came by."""
    for question in ("stranger", "again"):
        spans = [tuple(int(n) / 1e9 for n in line.split()[1:]) for line in lines if line.startswith(question)]
        took = sorted((ended - began) * 1000 for began, ended in spans)
        seen = [packets.between(kind, *span) for span in spans]
        print(
            "%s, %s: %d asked; %.1f ms (%.1f to %.1f) where a round trip is %.0f; round trips counted: %s; bytes %d"
            % (
                name,
                question,
                len(took),
                took[len(took) // 2],
                took[0],
                took[-1],
                2000 * DELAY,
                ", ".join("%d in %d" % c for c in sorted(collections.Counter(f for f, _ in seen).items())),
                sorted(amount for _, amount in seen)[len(seen) // 2],
            )
        )


def carry(fds, packets, until):
    waiting, n = [], 0
    while not until():
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, fd, packet = heapq.heappop(waiting)
            try:
                os.write(fd, packet)
            except OSError:
                pass
        pause = min(0.05, waiting[0][0] - now) if waiting else 0.05
        for fd in select.select(fds, [], [], pause)[0]:
            side = fds.index(fd)
            try:
                packet = os.read(fd, 65536)
            except BlockingIOError:
                continue
            now = time.monotonic()
            if packet[0] >> 4 == 4:
                packets.see(side, packet, now)
            n += 1
            heapq.heappush(waiting, (now + DELAY, n, fds[1 - side], packet))


def in_space(side, *arguments):
    return subprocess.Popen(
        ["ip", "netns", "exec", SPACES[side], *JAVA, *arguments], stdout=subprocess.PIPE, text=True
    )


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    fds, answering = [], None
    try:
        for side in (0, 1):
            fds.append(tun(side))
        answering = in_space(1, "answer", HOSTS[1], str(PORT))
        key = next(line.strip() for line in answering.stdout if re.fullmatch("[0-9a-f]{64}", line.strip()))
        for kind, name in (("udp", "datagrams"), ("tcp", "streams")):
            packets = Packets()
            asking = in_space(0, "ask", HOSTS[0], "%s:%d" % (HOSTS[1], PORT), key, name, str(COUNT))
            ends = time.monotonic() + SECONDS_MAX
            carry(fds, packets, lambda: asking.poll() is not None or time.monotonic() > ends)
            if asking.poll() is None:
                asking.kill()
                asking.wait()
                raise SystemExit("nobody was answered in %d s" % SECONDS_MAX)
            told(packets, kind, name, asking.stdout.read().splitlines())
            print("%s: longest packet %d bytes, MTU 1280" % (name, max(p[2] for p in packets.all)))
    finally:
        if answering:
            answering.kill()
            answering.wait()
        for fd in fds:
            os.close(fd)
        for space in SPACES:
            subprocess.run(["ip", "netns", "del", space], stderr=subprocess.DEVNULL)


main()
