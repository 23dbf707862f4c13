package io.svcdht.storage.checkpoint;

/**
 * The bytes of a checkpoint: a state, sorted and immutable, to be mapped and looked into without being loaded.
 * Big-endian; {@code varint} is LEB128, {@code signed} is zig-zag LEB128, {@code text} is varint length and UTF-8.
 *
 * <pre>
 * file     header | block* | index | footer
 *
 * header   magic u64 | version u32 = 1, or 2 with roots | position u64 | instant u64 ms | has node u8 | node 32
 *          | crc of the last event u32 | chain 32 | journal bytes u64 | open block length u32 | open block
 *          | routing length u32 | routing: contacts and bans as the events that would make them
 *          | version 2: roots length u32 | roots | CRC-32C of all before it u32
 *
 * roots    n varint | n * (root as in EventCodec | keep-until u48 ms) | n varint | n * ML-DSA-87 key 2,592
 *
 * block    publisher 32 | locator text | entry* | offset u16 * n | n u16
 *          publisher and locator are those of its first entry; offsets count from the first entry, and a block is
 *          closed by the entry that brings its entries to 4 KiB
 *
 * entry    key 32 | flags u8 | [publisher 32] | [text] | [locator text] | [n varint, n * address text] | ttl s varint
 *          | issued-at - instant, signed ms | ends-at - (issued-at + ttl), signed ms | position - its own, varint
 *          flags: 1 tombstone   2 the text differs from b3:hex(key)   4 addresses follow
 *                 8 the publisher is the block's   16 the locator is the block's   32 a proof stands at the end:
 *                 Ed25519 key 32 | ML-DSA-87 key hash 32 | n varint, n bytes of signatures
 *
 * index    a block each: first key 32 | offset u64 | length u32 | CRC-32C of the block u32
 *
 * footer   index offset u64 | blocks u32 | CRC-32C of the index u32 | records u64 | tombstones u64 | content ids u64
 *          | weight u64 | digest 32 | header's CRC u32 | CRC-32C of all of the footer before it u32 | magic u64
 * </pre>
 *
 * <p>Entries are in order of (key, publisher, locator), keys and publishers as unsigned numbers, locators as
 * {@link String#compareTo}. The open block is what the chain hashes of the events behind the last whole block: with it
 * a writer can go on from any position.
 */
final class Layout {
    /** "svcdhtcp". */
    static final long MAGIC = 0x7376636468746370L;
    /** "cpend\r\n\u001a". */
    static final long MAGIC_END = 0x6370656e640d0a1aL;

    static final int VERSION = 1;
    /** With roots; without any the first is written still, so that an older build reads it. */
    static final int VERSION_ROOTS = 2;

    static final int BLOCK_BYTES = 4096;
    static final int HEADER_BYTES_MIN = 8 + 4 + 8 + 8 + 1 + 32 + 4 + 32 + 8 + 4 + 4 + 4;
    /** Where the open block's length stands. */
    static final int OPEN_BLOCK_AT = HEADER_BYTES_MIN - 12;

    static final int INDEX_ENTRY_BYTES = 32 + 8 + 4 + 4;
    static final int FOOTER_BYTES = 8 + 4 + 4 + 4 * 8 + 32 + 4 + 4 + 8;

    static final int TOMBSTONE = 1;
    static final int OWN_TEXT = 2;
    static final int ADDRS = 4;
    static final int BLOCK_PUBLISHER = 8;
    static final int BLOCK_LOCATOR = 16;
    static final int PROOF = 32;
    static final int FLAGS_ALL = 63;

    private Layout() {}
}
