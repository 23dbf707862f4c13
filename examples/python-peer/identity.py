"""Who a node is: its Ed25519 key, its id, and the certificate that ties a TLS key to it. Signatures are openssl's work."""

import pathlib
import re
import subprocess
import tempfile

import blake3

OID = "2.25.248312076450127418593611275964302817253"
PKCS8_ED25519 = bytes.fromhex("302e020100300506032b657004220420")
SPKI_ED25519 = bytes.fromhex("302a300506032b6570032100")
TLS_KEY = b"svc-dht/tls-key/v1"
NODE_RECORD = b"svc-dht/node-record/v1"
PROVIDER_RECORD = b"svc-dht/provider-record/v1"


def openssl(*args, data=None):
    done = subprocess.run(["openssl", *map(str, args)], input=data, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {args[0]} failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def node_id(ed25519, ml_dsa_hash=b""):
    return "n3:" + blake3.digest(b"svc-dht/node-id/v1" + ed25519 + (ml_dsa_hash or bytes(32))).hex()


def verifies(ed25519, context, message, signature):
    """Whether the signature over the context, a zero byte and the message is of this key."""
    with tempfile.TemporaryDirectory() as directory:
        at = pathlib.Path(directory)
        (at / "key").write_bytes(SPKI_ED25519 + ed25519)
        (at / "message").write_bytes(context + b"\0" + message)
        (at / "signature").write_bytes(signature)
        verify = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", at / "key"]
        verify += ["-in", at / "message", "-sigfile", at / "signature"]
        return subprocess.run(verify, capture_output=True).returncode == 0


class Identity:
    """A classical-only node, from its seed of 32 bytes."""

    def __init__(self, seed):
        self.pkcs8 = PKCS8_ED25519 + seed
        public = openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", data=self.pkcs8)
        self.public = public[len(SPKI_ED25519) :]
        self.id = node_id(self.public)

    def sign(self, context, message):
        with tempfile.TemporaryDirectory() as directory:
            at = pathlib.Path(directory)
            (at / "key").write_bytes(self.pkcs8)
            (at / "message").write_bytes(context + b"\0" + message)
            return openssl("pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", at / "key", "-in", at / "message")

    def certificate(self, directory):
        """Writes a new TLS key and a certificate of it with the extension that names us; returns both paths."""
        key, certificate = directory / "tls.key", directory / "tls.crt"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
        spki = openssl("pkey", "-in", key, "-pubout", "-outform", "DER")
        parts = b"".join(_octets(part) for part in (self.public, b"", self.sign(TLS_KEY, spki)))
        extension = (b"\x30" + bytes([len(parts)]) + parts).hex(":")
        openssl("req", "-x509", "-new", "-key", key, "-subj", "/CN=python-peer", "-days", "3650",
                "-addext", f"{OID}=DER:{extension}", "-out", certificate)
        return key, certificate


def _octets(data):
    return b"\x04" + bytes([len(data)]) + data


def named_in(certificate):
    """Ed25519 key and ML-DSA-87 key hash (empty where there is none) that a certificate in DER proves to speak for."""
    # What stands behind the OID: whether it is critical, left out or a boolean, and the value in an octet string.
    after_oid = certificate.split(_oid(), 1)
    if len(after_oid) != 2:
        raise ValueError("the certificate has no extension that names a node")
    value = re.match(
        rb"(?:\x01\x01.)?\x04\x81?.\x30\x81?.\x04\x20(.{32})\x04(?:\x20(.{32})|\x00)\x04\x40(.{64})", after_oid[1], re.DOTALL)
    if not value:
        raise ValueError("the extension that names the node is no sequence of three octet strings")
    pem = openssl("x509", "-inform", "DER", "-pubkey", "-noout", data=certificate)
    spki = openssl("pkey", "-pubin", "-outform", "DER", data=pem)
    ed25519, ml_dsa_hash, signature = value.groups()
    if not verifies(ed25519, TLS_KEY, spki, signature):
        raise ValueError("the node's signature over its TLS key does not hold")
    return ed25519, ml_dsa_hash or b""


def _oid():
    """The extension's OID in DER: 2.25 is one byte, its last arc seven bits a byte."""
    arc, tail = int(OID.split(".")[2]), []
    while arc or not tail:
        tail.append(arc & 0x7F | (0x80 if tail else 0))
        arc >>= 7
    body = bytes([2 * 40 + 25]) + bytes(reversed(tail))
    return b"\x06" + bytes([len(body)]) + body
