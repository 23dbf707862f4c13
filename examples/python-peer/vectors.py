"""The test vectors: each is read, told in words, and made again to the byte."""

import json

import blake3
import cbor
import identity
import records
import wire


def check(directory):
    """How many of each file were checked; raises at the first that is not as the file says."""
    checks = {
        "wire.json": _wire,
        "contacts.json": _contact,
        "node-records.json": _node_record,
        "provider-records.json": _provider_record,
        "record-batches.json": _batch,
    }
    counts = {}
    for name, one in checks.items():
        all_of_them = json.loads((directory / name).read_text(encoding="utf-8"))
        for vector in all_of_them:
            try:
                one(vector)
            except (AssertionError, cbor.Refused) as e:
                raise ValueError(f"{name}: {vector['name']}: {e}") from e
        counts[name] = len(all_of_them)
    return counts


def _same(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} where {expected!r} is expected")


def _words(item):
    if isinstance(item, bytes):
        return f"h'{item.hex()}'"
    if isinstance(item, list):
        return [_words(i) for i in item]
    if isinstance(item, dict):
        return {_words(k): _words(v) for k, v in item.items()}
    return str(item) if isinstance(item, int) and not isinstance(item, bool) else item


def _wire(vector):
    data = bytes.fromhex(vector["hex"])
    if "error" in vector:
        try:
            _request(wire.parse(data))
        except cbor.Refused as e:
            return _same(str(e), vector["error"])
        raise AssertionError(f"passes, but should be refused as {vector['error']}")
    f = wire.parse(data)
    expected = vector["frame"]
    for field in ("flags", "code", "app_proto_id"):
        _same(f[field], expected[field])
    _same(str(f["corr_id"]), str(expected["corr_id"]))
    _same(f["cap"].hex(), expected["cap"])
    payload = f["payload"]
    if f["app_proto_id"] == wire.HELLO:
        _same(json.loads(payload) if payload else None, vector["payload"])
    else:
        item = wire.message(payload)
        _same(_words(item), vector["payload"])
        payload = cbor.encode(item)
    _same(wire.frame(f["flags"], f["app_proto_id"], f["corr_id"], payload, f["code"], f["cap"]), data)


def _request(f):
    """As far as a server must look before it knows what is asked."""
    m = wire.message(f["payload"])
    if m.get("proto_ver") != 1 or m.get("opcode") not in range(6) or m.get("corr_id") != f["corr_id"]:
        raise cbor.Refused("NoMessage")


def _contact(vector):
    data = bytes.fromhex(vector["wire"])
    item = cbor.decode(data)
    _same(cbor.encode(item), data)
    _same(item[0].hex(), vector["ed25519"])
    _same((item[1] or b"").hex(), vector.get("ml_dsa_87_hash", ""))
    _same(records.contact(item), {"node": vector["node"], "addrs": vector["addrs"], "asn": vector["asn"]})


def _node_record(vector):
    data = bytes.fromhex(vector["wire"])
    record = cbor.decode(data)
    _same(cbor.encode(record), data)
    _same(records.signed_bytes(record).hex(), vector["signed"])
    _same(record["ed25519"].hex(), vector["ed25519"])
    _same(records.ml_dsa_hash_of(record).hex(), vector.get("ml_dsa_87_hash", ""))
    _same(identity.node_id(record["ed25519"], records.ml_dsa_hash_of(record)), vector["node"])
    _same([records.address_text(a) for a in record["addrs"]], vector["addrs"])
    _same((record["network"], record["versions"], record["seq"]),
          (vector["network"], vector["versions"], vector["seq"]))
    _same(records.is_signed(record, vector["context"].encode(), record["ed25519"]), True)


def _provider_record(vector):
    data = bytes.fromhex(vector["wire"])
    record = cbor.decode(data)
    _same(cbor.encode(record), data)
    _same(records.signed_bytes(record).hex(), vector["signed"])
    _same(record["key"].hex(), vector["key"])
    _same(records.key_of(vector["cid"]).hex(), vector["key"])
    ed25519, ml_dsa_hash = records.publisher_keys(record["publisher"])
    _same(identity.node_id(ed25519, ml_dsa_hash), vector["node"])
    _same((record.get("locator", ""), record.get("addrs", []), record["ttl"], record["ts"]),
          (vector["locator"], vector["addrs"], vector["ttl"], vector["ts"]))
    first = record["sigs"][0]
    if "sig" in first:
        us = identity.Identity(bytes.fromhex(vector["seed"]))
        _same(us.public, ed25519)
        _same(us.sign(vector["context"].encode(), records.signed_bytes(record)), first["sig"])
        _same(records.is_signed(record, vector["context"].encode(), ed25519), True)


def _batch(vector):
    """Each record leads to the root, and the root is signed; ML-DSA-87 is beyond the openssl of many machines."""
    root, ml_dsa = bytes.fromhex(vector["root"]), bytes.fromhex(vector["ml_dsa_87"])
    publisher = bytes.fromhex(vector["ed25519"]) + blake3.digest(ml_dsa)
    root_signed = cbor.encode({"root": root, "publisher": publisher})
    _same(root_signed.hex(), vector["root_signed"])
    signatures = cbor.decode(bytes.fromhex(vector["root_wire"]))
    _same([s["alg"] for s in signatures], [records.ED25519, records.ML_DSA_87])
    _same(signatures[1]["key"], ml_dsa)
    _same(identity.verifies(publisher[:32], vector["context"].encode(), root_signed, signatures[0]["sig"]), True)
    for one in vector["records"]:
        data = bytes.fromhex(one["wire"])
        record = cbor.decode(data)
        _same(cbor.encode(record), data)
        _same(records.signed_bytes(record).hex(), one["signed"])
        _same(record["publisher"], publisher)
        _same(records.is_signed(record, identity.PROVIDER_RECORD, publisher[:32]), True)
        _same(records.leaf(record).hex(), one["leaf"])
        way = record["sigs"][1]
        _same((way["alg"], way["root"], len(way["path"])), (records.ML_DSA_87, root, vector["depth"]))
        _same(records.root_of(records.leaf(record), way["path"]), root)
