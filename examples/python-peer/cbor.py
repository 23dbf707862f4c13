"""Deterministic CBOR (RFC 8949 section 4.2.1) without floats and tags: what svc-dht's messages and records are made of."""

DEPTH_MAX = 16


class Refused(Exception):
    """What came is not what the protocol allows; the text is the reason's name in the test vectors."""


def encode(item):
    if item is None:
        return b"\xf6"
    if item is True or item is False:
        return b"\xf5" if item else b"\xf4"
    if isinstance(item, int):
        return _head(0, item) if item >= 0 else _head(1, -1 - item)
    if isinstance(item, bytes):
        return _head(2, len(item)) + item
    if isinstance(item, str):
        text = item.encode()
        return _head(3, len(text)) + text
    if isinstance(item, list):
        return _head(4, len(item)) + b"".join(encode(i) for i in item)
    pairs = sorted((encode(k), encode(v)) for k, v in item.items())
    return _head(5, len(pairs)) + b"".join(k + v for k, v in pairs)


def _head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            return bytes([major << 5 | code]) + number.to_bytes(size, "big")
    raise ValueError(f"{number} takes more than 64 bits")


def decode(data):
    item, end = _item(data, 0, 1)
    if end != len(data):
        raise Refused("NotDeterministic")
    return item


def _item(data, at, depth):
    if depth > DEPTH_MAX:
        raise Refused("TooDeep")
    major, number, at = _read_head(data, at)
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major in (2, 3):
        if number > len(data) - at:
            raise Refused("NotDeterministic")
        chunk = data[at : at + number]
        try:
            return (chunk if major == 2 else chunk.decode()), at + number
        except UnicodeDecodeError:
            raise Refused("NotDeterministic") from None
    if major == 4:
        items = []
        for _ in range(number):
            item, at = _item(data, at, depth + 1)
            items.append(item)
        return items, at
    if major == 5:
        return _map(data, at, number, depth)
    if major == 7 and number in (20, 21, 22):
        return {20: False, 21: True, 22: None}[number], at
    raise Refused("NotDeterministic")


def _map(data, at, pairs, depth):
    found, before = {}, b""
    for _ in range(pairs):
        began = at
        key, at = _item(data, at, depth + 1)
        # Rising order also means that no key comes twice.
        if not isinstance(key, (str, bytes, int)) or data[began:at] <= before:
            raise Refused("NotDeterministic")
        before = data[began:at]
        found[key], at = _item(data, at, depth + 1)
    return found, at


def _read_head(data, at):
    if at >= len(data):
        raise Refused("NotDeterministic")
    major, short = data[at] >> 5, data[at] & 31
    if short < 24:
        return major, short, at + 1
    # 28 and up are reserved or of indefinite length; floats and two-byte simple values are not used.
    if short > 27 or major == 7:
        raise Refused("NotDeterministic")
    size = 1 << short - 24
    if at + 1 + size > len(data):
        raise Refused("NotDeterministic")
    number = int.from_bytes(data[at + 1 : at + 1 + size], "big")
    if number < (24 if size == 1 else 1 << 4 * size):
        raise Refused("NotDeterministic")
    return major, number, at + 1 + size
