"""BLAKE3-256 of bytes, written from section 2 of the paper: hashing and deriving, for texts and keys, not for files."""

import struct

OUT = 32
BLOCK = 64
CHUNK = 1024
CHUNK_START, CHUNK_END, PARENT, ROOT = 1, 2, 4, 8
DERIVE_CONTEXT, DERIVE_MATERIAL = 32, 64
MASK = 0xFFFFFFFF
IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
COLUMNS_THEN_DIAGONALS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)


def _turn(word, bits):
    return (word >> bits | word << 32 - bits) & MASK


def _mix(v, a, b, c, d, x, y):
    v[a] = (v[a] + v[b] + x) & MASK
    v[d] = _turn(v[d] ^ v[a], 16)
    v[c] = (v[c] + v[d]) & MASK
    v[b] = _turn(v[b] ^ v[c], 12)
    v[a] = (v[a] + v[b] + y) & MASK
    v[d] = _turn(v[d] ^ v[a], 8)
    v[c] = (v[c] + v[d]) & MASK
    v[b] = _turn(v[b] ^ v[c], 7)


def _compress(chaining, block, counter, flags):
    """The first eight words of the output: enough for a chaining value and for 32 bytes of hash."""
    words = struct.unpack("<16I", block.ljust(BLOCK, b"\0"))
    v = [*chaining, *IV[:4], counter & MASK, counter >> 32, len(block), flags]
    for _ in range(7):
        for i, places in enumerate(COLUMNS_THEN_DIAGONALS):
            _mix(v, *places, words[2 * i], words[2 * i + 1])
        words = [words[p] for p in PERMUTATION]
    return tuple(v[i] ^ v[i + 8] for i in range(8))


def _chunk(data, counter, last, key, mode):
    chaining = key
    blocks = [data[i : i + BLOCK] for i in range(0, len(data), BLOCK)] or [b""]
    for i, block in enumerate(blocks):
        flags = mode | (CHUNK_START if i == 0 else 0)
        if i == len(blocks) - 1:
            flags |= CHUNK_END | last
        chaining = _compress(chaining, block, counter, flags)
    return chaining


def _tree(data, counter, last, key, mode):
    """The chaining value of a subtree; its left half is the largest power of two of whole chunks that leaves a rest."""
    chunks = (len(data) + CHUNK - 1) // CHUNK
    if chunks <= 1:
        return _chunk(data, counter, last, key, mode)
    left = 1 << (chunks - 1).bit_length() - 1
    pair = _tree(data[: left * CHUNK], counter, 0, key, mode)
    pair += _tree(data[left * CHUNK :], counter + left, 0, key, mode)
    return _compress(key, struct.pack("<16I", *pair), 0, mode | PARENT | last)


def digest(data):
    return struct.pack("<8I", *_tree(data, 0, ROOT, IV, 0))


def derived(context, material):
    """derive_key: a hash of its own for each context."""
    key = _tree(context, 0, ROOT, IV, DERIVE_CONTEXT)
    return struct.pack("<8I", *_tree(material, 0, ROOT, key, DERIVE_MATERIAL))
