"""Content ids, contacts, node records and provider records as they travel."""

import base64
import ipaddress
import re

import blake3
import cbor
import identity

ED25519, ML_DSA_87 = 1, 2


def key_of(cid):
    """The 32 bytes that a content id stands for."""
    if re.fullmatch("b3:[0-9a-f]{64}", cid):
        return bytes.fromhex(cid[3:])
    multihash = _multihash(cid)
    if multihash is None:
        return blake3.digest(cid.encode())
    if multihash[:2] == b"\x1e\x20" and len(multihash) == 34:
        return multihash[2:]
    return blake3.digest(multihash)


def _multihash(cid):
    """Of a CIDv1 in base32, the form this example knows; None for any other text."""
    if not re.fullmatch("b[a-z2-7]{20,}", cid):
        return None
    binary = base64.b32decode(cid[1:].upper() + "=" * (-len(cid[1:]) % 8))
    # Version and codec are varints; of each the last byte is below 128.
    at = 0
    for _ in range(2):
        while binary[at] > 127:
            at += 1
        at += 1
    return binary[at:]


def publisher_keys(publisher):
    return publisher[:32], publisher[32:]


def provider_record(us, cid, locator, ttl, ts, addrs=()):
    """A signed record of ours; ttl 0 takes it back."""
    record = {"key": key_of(cid), "publisher": us.public, "ttl": ttl, "ts": ts}
    if cid != "b3:" + record["key"].hex():
        record["text"] = cid
    if locator:
        record["locator"] = locator
    if addrs:
        record["addrs"] = list(addrs)
    signature = us.sign(identity.PROVIDER_RECORD, cbor.encode(record))
    return record | {"sigs": [{"alg": ED25519, "sig": signature}]}


def signed_bytes(record):
    return cbor.encode({name: value for name, value in record.items() if name != "sigs"})


def is_signed(record, context, ed25519):
    """Whether its Ed25519 signature holds; one over the root of a batch is not looked into."""
    first = record["sigs"][0]
    return first["alg"] == ED25519 and "sig" in first and identity.verifies(
        ed25519, context, signed_bytes(record), first["sig"])


def leaf(record):
    """What stands for a record in a batch: all of it that is signed, and its own signature."""
    return blake3.derived(b"svc-dht/record-leaf/v1", signed_bytes(record) + record["sigs"][0]["sig"])


def root_of(at, path):
    """The root that a path leads to from a leaf; which side a neighbour is on follows from their order."""
    for neighbour in path:
        at = blake3.derived(b"svc-dht/record-node/v1", min(at, neighbour) + max(at, neighbour))
    return blake3.derived(b"svc-dht/record-root/v1", bytes([len(path)]) + at)


def address_text(address):
    if isinstance(address, str):
        return address
    host, port = ipaddress.ip_address(address[:-2]), int.from_bytes(address[-2:], "big")
    return f"[{host}]:{port}" if host.version == 6 else f"{host}:{port}"


def contact(item):
    """[Ed25519 key, ML-DSA-87 key hash or null, addresses, ASN] in words."""
    ed25519, ml_dsa_hash, addresses, asn = item[:4]
    return {
        "node": identity.node_id(ed25519, ml_dsa_hash or b""),
        "addrs": [address_text(a) for a in addresses],
        "asn": asn,
    }


def ml_dsa_hash_of(node_record):
    """Of a node record: the hash itself, or that of the key it carries."""
    if "ml-dsa-87" in node_record:
        return blake3.digest(node_record["ml-dsa-87"])
    return node_record.get("ml-dsa-87-hash", b"")
