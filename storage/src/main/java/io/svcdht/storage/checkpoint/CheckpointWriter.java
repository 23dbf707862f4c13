package io.svcdht.storage.checkpoint;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.RoutingCodec;
import io.svcdht.storage.journal.Seam;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.RootView;
import io.svcdht.storage.state.Roots;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.StateDigest;
import io.svcdht.storage.state.StoredRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes a checkpoint's file from entries that come in order. What it writes is forced bit by bit, so that no force of
 * the journal has to wait behind all of it.
 */
final class CheckpointWriter implements AutoCloseable {
    private static final int FORCE_BYTES = 4 << 20;

    private final FileChannel file;
    private final Seam seam;
    private final long instantMillis;
    private final @Nullable NodeId node;
    private final Routing routing;
    private final Roots roots;
    private final int headerCrc;
    private final StateDigest.Running digest = StateDigest.running();
    private final ByteSink entries = new ByteSink(2 * Layout.BLOCK_BYTES);
    private final ByteSink offsets = new ByteSink(256);
    private final ByteSink block = new ByteSink(4 * Layout.BLOCK_BYTES);
    private final ByteSink index = new ByteSink(1 << 16);
    private @Nullable StoredRecord first;
    private @Nullable StoredRecord last;
    private int inBlock;
    private int blocks;
    private long offset;
    private long forced;
    private long records;
    private long tombstones;
    private long contentIds;
    private long weight;

    /** Begins a file anew, over whatever a writer that was killed left under the name. */
    CheckpointWriter(Path path, Seam seam, long instantMillis, @Nullable NodeId node, Routing routing, RootView roots)
            throws IOException {
        this.seam = seam;
        this.instantMillis = instantMillis;
        this.node = node;
        this.routing = routing;
        this.roots = Roots.of(roots);
        file = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        try {
            byte[] open = seam.openBlock();
            ByteSink known = new ByteSink(256);
            RoutingCodec.encodeAll(routing.asEvents(), known);
            ByteSink header = new ByteSink(Layout.HEADER_BYTES_MIN + open.length)
                    .u64(Layout.MAGIC)
                    .u32(this.roots.isEmpty() ? Layout.VERSION : Layout.VERSION_ROOTS)
                    .u64(seam.position())
                    .u64(instantMillis)
                    .u8(node == null ? 0 : 1)
                    .key(node == null ? new Key(0, 0, 0, 0) : node.key())
                    .u32(seam.crc())
                    .key(seam.chain())
                    .u64(seam.journalBytes())
                    .u32(open.length)
                    .raw(open)
                    .u32(known.length())
                    .raw(known.array(), 0, known.length());
            if (!this.roots.isEmpty()) {
                byte[] all = this.roots.encode();
                header.u32(all.length).raw(all);
            }
            headerCrc = crcOf(header);
            write(header.u32(headerCrc));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Adds the next entry.
     *
     * @throws IllegalArgumentException if it is not behind the last one in the order of the file
     */
    void add(StoredRecord r) throws IOException {
        StoredRecord before = last;
        if (before != null && EntryOrder.OF_ALL.compare(before, r) >= 0) {
            throw new IllegalArgumentException("%s does not come behind %s".formatted(r, before));
        }
        Key key = r.record().cid().key();
        if (before == null || !before.record().cid().key().equals(key)) {
            contentIds++;
        }
        if (first == null) {
            first = r;
        }
        offsets.u16(entries.length());
        encode(r, first.record(), entries);
        inBlock++;
        last = r;
        digest.add(r);
        weight += r.record().weight();
        if (r.tombstone()) {
            tombstones++;
        } else {
            records++;
        }
        if (entries.length() >= Layout.BLOCK_BYTES) {
            closeBlock();
        }
    }

    private void encode(StoredRecord r, ProviderRecord blockFirst, ByteSink out) {
        ProviderRecord p = r.record();
        boolean ownText = !p.cid().isCanonical();
        boolean blockPublisher = p.publisher().equals(blockFirst.publisher());
        boolean blockLocator = p.locator().equals(blockFirst.locator());
        out.key(p.cid().key());
        out.u8((r.tombstone() ? Layout.TOMBSTONE : 0)
                | (ownText ? Layout.OWN_TEXT : 0)
                | (p.addrs().isEmpty() ? 0 : Layout.ADDRS)
                | (blockPublisher ? Layout.BLOCK_PUBLISHER : 0)
                | (blockLocator ? Layout.BLOCK_LOCATOR : 0)
                | (p.proof() == null ? 0 : Layout.PROOF));
        if (!blockPublisher) {
            out.key(p.publisher().key());
        }
        if (ownText) {
            out.text(p.cid().text());
        }
        if (!blockLocator) {
            out.text(p.locator());
        }
        if (!p.addrs().isEmpty()) {
            out.varint(p.addrs().size());
            p.addrs().forEach(out::text);
        }
        out.varint(p.ttlSeconds())
                .signed(p.issuedAtMillis() - instantMillis)
                .signed(r.endsAtMillis() - p.expiresAtMillis())
                .varint(seam.position() - r.position());
        Proof proof = p.proof();
        if (proof != null) {
            out.key(proof.keys().ed25519())
                    .key(proof.keys().mlDsa87Hash())
                    .varint(proof.signatureBytes())
                    .raw(proof.signatures());
        }
    }

    private void closeBlock() throws IOException {
        if (first == null) {
            return;
        }
        block.clear()
                .key(first.record().publisher().key())
                .text(first.record().locator())
                .raw(entries.array(), 0, entries.length())
                .raw(offsets.array(), 0, offsets.length())
                .u16(inBlock);
        index.key(first.record().cid().key()).u64(offset).u32(block.length()).u32(crcOf(block));
        write(block);
        blocks++;
        inBlock = 0;
        first = null;
        entries.clear();
        offsets.clear();
    }

    /** Completes the file and makes it durable; its name is the caller's to give. */
    CheckpointInfo finish() throws IOException {
        closeBlock();
        long indexAt = offset;
        int indexCrc = crcOf(index);
        write(index);
        Key whole = digest.finish(routing, roots);
        ByteSink footer = new ByteSink(Layout.FOOTER_BYTES)
                .u64(indexAt)
                .u32(blocks)
                .u32(indexCrc)
                .u64(records)
                .u64(tombstones)
                .u64(contentIds)
                .u64(weight)
                .key(whole)
                .u32(headerCrc);
        write(footer.u32(crcOf(footer)).u64(Layout.MAGIC_END));
        file.force(true);
        return new CheckpointInfo(
                seam, instantMillis, node, routing, roots, whole, records, tombstones, contentIds, weight, offset);
    }

    private void write(ByteSink bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes.array(), 0, bytes.length());
        while (out.hasRemaining()) {
            offset += file.write(out);
        }
        if (offset - forced >= FORCE_BYTES) {
            file.force(false);
            forced = offset;
        }
    }

    private static int crcOf(ByteSink bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 0, bytes.length());
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
