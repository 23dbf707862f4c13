"""Frames, greeting and requests of OAP/1 over TLS 1.3."""

import json
import os
import pathlib
import socket
import ssl
import struct
import tempfile
import time
import zlib

import cbor
import identity
from cbor import Refused

HEADER = struct.Struct(">IHHHH16sHQ")
FRAME_MAX = 1_048_576
REQ, RESP, EVENT, START, END, ACK_REQ, COMP, APP_E2E = (1 << bit for bit in range(8))
HELLO, DHT = 0, 0x0D47
PING, FIND_NODE, FIND_VALUE, PROVIDE, NODE_RECORD, GET_ROOT = range(6)
OK = 1000
BUDGET_MILLIS = 5_000


def frame(flags, proto, corr_id, payload, code=0, cap=b""):
    length = HEADER.size + len(cap) + len(payload)
    return HEADER.pack(length, 1, flags, code, proto, bytes(16), len(cap), corr_id) + cap + payload


def parse(data, comp_offered=False):
    """Fields of one whole frame, its payload as bytes; raises Refused by the rules of the reference."""
    if len(data) < HEADER.size:
        raise Refused("TooShort")
    length, version, flags, code, proto, _, cap_length, corr_id = HEADER.unpack_from(data)
    if length < HEADER.size:
        raise Refused("TooShort")
    if length > FRAME_MAX:
        raise Refused("TooLong")
    if version != 1:
        raise Refused("WrongVersion")
    if flags > 255:
        raise Refused("UnknownFlag")
    if (flags & REQ != 0) + (flags & RESP != 0) + (flags & EVENT != 0) != 1:
        raise Refused("NoKind")
    if cap_length and not flags & START:
        raise Refused("CapWithoutStart")
    if HEADER.size + cap_length > length:
        raise Refused("CapTooLong")
    if flags & COMP and not comp_offered:
        raise Refused("CompNotOffered")
    cap = data[HEADER.size : HEADER.size + cap_length]
    payload = data[HEADER.size + cap_length : length]
    if flags & COMP:
        payload = _inflate(payload)
    return {"flags": flags, "code": code, "app_proto_id": proto, "corr_id": corr_id, "cap": cap, "payload": payload}


def _inflate(payload):
    inflater = zlib.decompressobj()
    inflated = inflater.decompress(payload, 8 * FRAME_MAX)
    if not inflater.eof:
        raise Refused("TooLong")
    return inflated


def message(payload):
    """A request or response of the DHT: a map."""
    item = cbor.decode(payload)
    if not isinstance(item, dict):
        raise Refused("NoMessage")
    return item


class Connection:
    """A greeted connection to a node, for one request after the other."""

    def __init__(self, host, port, us, network_id):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["ron/kad-cbor"])
        # Names and authorities mean nothing here; the extension is checked below.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with tempfile.TemporaryDirectory() as directory:
            key, certificate = us.certificate(pathlib.Path(directory))
            context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(socket.create_connection((host, port), timeout=10), server_hostname=host)
        if self.socket.selected_alpn_protocol() != "ron/kad-cbor":
            raise ValueError("the other side does not speak ron/kad-cbor")
        self.ed25519, self.ml_dsa_hash = identity.named_in(self.socket.getpeercert(binary_form=True))
        self.node = identity.node_id(self.ed25519, self.ml_dsa_hash)
        self.corr_id = 0
        self.hello = self._greet(network_id)

    def _greet(self, network_id):
        # Without listen_port: a client, which asks and is not asked. The compression bit is left out: nothing is deflated.
        ours = {
            "ua": "python-peer/1",
            "network_id": network_id,
            "max_frame": FRAME_MAX,
            "max_inflight": 1,
            "flags_supported": 255 & ~COMP,
            "versions": [1],
            "transports": ["tcp"],
        }
        self.socket.sendall(frame(REQ | START | END, HELLO, self.corr_id, json.dumps(ours).encode()))
        answer = self._answer(HELLO)
        if answer["code"] not in (0, OK):
            raise ValueError(f"the greeting was answered with code {answer['code']}: {answer['payload']!r}")
        return json.loads(answer["payload"])

    def ask(self, opcode, **fields):
        """Code and fields of the response."""
        self.corr_id += 1
        head = {
            "proto_ver": 1,
            "opcode": opcode,
            "corr_id": self.corr_id,
            "ts": time.time_ns() // 1_000_000,
            "hop": 0,
            "budget_ms": BUDGET_MILLIS,
            "lookup_id": bytes(16),
        }
        self.socket.sendall(frame(REQ | START | END, DHT, self.corr_id, cbor.encode(head | fields)))
        answer = self._answer(DHT)
        return answer["code"], message(answer["payload"])

    def _answer(self, proto):
        """The response to what was asked last; events, and what the node asks of us, are passed over."""
        while True:
            (length,) = struct.unpack(">I", self._read(4))
            if not HEADER.size <= length <= FRAME_MAX:
                raise Refused("TooShort" if length < HEADER.size else "TooLong")
            answer = parse(struct.pack(">I", length) + self._read(length - 4))
            if answer["flags"] & RESP and (answer["app_proto_id"], answer["corr_id"]) == (proto, self.corr_id):
                return answer

    def _read(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise ConnectionError("the node closed the connection")
            data += more
        return data

    def close(self):
        self.socket.close()


def seed_of(path):
    """The seed kept in a file, made where there is none: hexadecimal, readable by its owner only."""
    if path is None:
        return os.urandom(32)
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(os.urandom(32).hex() + "\n")
    except FileExistsError:
        pass
    return bytes.fromhex(pathlib.Path(path).read_text().strip())
