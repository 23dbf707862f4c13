package io.svcdht.kafka;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.TraceCodec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Keys, headers and values as the page on topics draws them (docs-site/reference/fleet-topics.md). */
final class Messages {
    static final String POSITION = "position";
    static final String EPOCH = "epoch";
    static final String SCHEMA = "schema";
    static final String LOOKUP = "lookup";
    static final String CRC = "crc";

    private static final byte[] SCHEMA_ONE = {1};

    private final byte[] key;
    private final RecordHeader epoch;
    private final ByteSink value = new ByteSink(512);

    /** Those of one node, by one writer. Not for two threads. */
    Messages(NodeId node, long epoch) {
        this.key = node.key().bytes();
        this.epoch = new RecordHeader(EPOCH, u64(epoch));
    }

    /** What Kafka's own partitioner chooses for a key. */
    static int partitionOf(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    static byte[] u64(long n) {
        return ByteBuffer.allocate(Long.BYTES).putLong(n).array();
    }

    /** The bytes that the journal keeps for an event. */
    byte[] bytes(JournalEntry e) {
        EventCodec.encode(e.position(), e.instantMillis(), e.cause(), e.event(), value.clear());
        return value.toByteArray();
    }

    ProducerRecord<byte[], byte[]> event(String topic, int partition, JournalEntry e) {
        return event(topic, partition, e.position(), e.instantMillis(), bytes(e), List.of());
    }

    ProducerRecord<byte[], byte[]> event(
            String topic, int partition, long position, long instantMillis, byte[] bytes, List<Header> more) {
        List<Header> headers = new java.util.ArrayList<>(4);
        headers.add(new RecordHeader(POSITION, u64(position)));
        headers.add(epoch);
        headers.add(new RecordHeader(SCHEMA, SCHEMA_ONE));
        headers.addAll(more);
        return new ProducerRecord<>(topic, partition, instantMillis, key, bytes, headers);
    }

    ProducerRecord<byte[], byte[]> trace(String topic, int partition, long position, LookupRecord lookup) {
        TraceCodec.encode(lookup, value);
        List<Header> headers = List.of(
                new RecordHeader(POSITION, u64(position)),
                epoch,
                new RecordHeader(SCHEMA, SCHEMA_ONE),
                new RecordHeader(LOOKUP, bytes(lookup.id())));
        return new ProducerRecord<>(topic, partition, lookup.finishedAtMillis(), key, value.toByteArray(), headers);
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    /** What every message of ours has; empty = it is foreign. */
    record Labels(NodeId node, long position, long epoch) {}

    static Optional<Labels> labels(ConsumerRecord<byte[], byte[]> r) {
        byte[] key = r.key();
        byte[] position = header(r.headers(), POSITION, Long.BYTES);
        byte[] epoch = header(r.headers(), EPOCH, Long.BYTES);
        byte[] schema = header(r.headers(), SCHEMA, 1);
        if (key == null || key.length != Key.BYTES || position == null || epoch == null || schema == null) {
            return Optional.empty();
        }
        long p = ByteBuffer.wrap(position).getLong();
        long e = ByteBuffer.wrap(epoch).getLong();
        if (schema[0] != SCHEMA_ONE[0] || p < 0 || e < 0 || r.value() == null) {
            return Optional.empty();
        }
        return Optional.of(new Labels(new NodeId(Key.of(key, 0)), p, e));
    }

    static byte @Nullable [] header(Headers headers, String name, int length) {
        Header h = headers.lastHeader(name);
        return h == null || h.value() == null || h.value().length != length ? null : h.value();
    }
}
