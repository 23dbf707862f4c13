package io.svcdht.storage.event;

import io.svcdht.storage.event.DhtEvent.AuditRecorded;
import io.svcdht.storage.event.DhtEvent.CheckpointTaken;
import io.svcdht.storage.event.DhtEvent.ClockStepped;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.DhtEvent.DigestMarked;
import io.svcdht.storage.event.DhtEvent.JournalPruned;
import io.svcdht.storage.event.DhtEvent.KeyLearned;
import io.svcdht.storage.event.DhtEvent.NodeStarted;
import io.svcdht.storage.event.DhtEvent.NodeStopped;
import io.svcdht.storage.event.DhtEvent.ProviderAnnounced;
import io.svcdht.storage.event.DhtEvent.ProviderExpired;
import io.svcdht.storage.event.DhtEvent.ProviderRefreshed;
import io.svcdht.storage.event.DhtEvent.ProviderReplicated;
import io.svcdht.storage.event.DhtEvent.ProviderWithdrawn;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.event.DhtEvent.ReadinessChanged;
import io.svcdht.storage.event.DhtEvent.RootAccepted;
import io.svcdht.storage.event.DhtEvent.RootDropped;
import io.svcdht.storage.event.DhtEvent.RoutingEvent;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.SignedRoot;
import java.util.ArrayList;
import java.util.List;

/**
 * The binary form of an event, hand-written for size. All numbers big-endian; {@code varint} is LEB128, {@code signed}
 * is zig-zag LEB128, {@code text} is varint length and UTF-8.
 *
 * <pre>
 * entry               version u8 | type u8 | instant u48 ms | cause distance varint | body
 *                     version 1, or 2 or 3 where this page says so; cause distance = position − cause, 0 = no cause
 *
 * ProviderAnnounced   flags u8 | key 32 | publisher 32 | [text] | locator text | [n varint, n × text]
 *                     | ttl s varint | issued-at − instant, signed ms
 *                     flags: 1 the text differs from b3:hex(key)   2 addresses follow
 *        version 2    4 signed: publisher is Ed25519 key 32 | ML-DSA-87 key hash 32, at the end n varint, n bytes sigs
 * ProviderRefreshed   key 32 | ttl s varint | issued-at − instant, signed ms         cause = the record's last word
 * ProviderWithdrawn   key 32 | issued-at − instant, signed ms | keep-until − instant, signed ms       "
 * ProviderExpired     key 32                                                                          "
 * ProviderReplicated  key 32 | holders varint                                                         "
 * NodeStarted         node 32 | epoch varint | version text
 * NodeStopped         reason text
 * ConfigChanged       key text | from text | to text | source text
 * ReadinessChanged    readiness u8 (0 booting, 1 ready, 2 degraded) | reason text
 * ClockStepped        signed ms
 * DigestMarked        position − up-to varint | digest 32
 * CheckpointTaken     position − up-to varint | digest 32 | records varint | bytes varint
 * JournalPruned       first retained varint | files varint | bytes varint
 * AuditRecorded       who text | what text | subject text | why text
 * KeyLearned          Ed25519 key 32 | ML-DSA-87 key hash 32
 *        version 3    Ed25519 key 32 | ML-DSA-87 key 2,592
 * RootAccepted        root 32 | Ed25519 key 32 | ML-DSA-87 key hash 32 | n varint, n bytes of signatures
 * RootDropped         root 32
 * </pre>
 *
 * <p>The bodies of routing events are in {@link RoutingCodec}.
 */
public final class EventCodec {
    /** The latest version of an entry this build reads and writes. */
    public static final int VERSION = 3;

    private static final int FLAG_TEXT = 1;
    private static final int FLAG_ADDRS = 2;
    private static final int FLAG_SIGNED = 4;
    private static final Readiness[] READINESS = Readiness.values();

    private EventCodec() {}

    /** The oldest version that has the event, so that a journal without anything new stays readable to an older build. */
    public static int versionOf(DhtEvent event) {
        if (event instanceof KeyLearned(var _, MlDsa87Key whole) && whole != null) {
            return 3;
        }
        return event instanceof ProviderAnnounced(ProviderRecord r) && r.proof() != null ? 2 : 1;
    }

    /** Appends the entry's binary form to {@code out}. */
    public static void encode(long position, long instantMillis, long cause, DhtEvent event, ByteSink out) {
        out.u8(versionOf(event)).u8(event.type().code()).u48(instantMillis).varint(cause == 0 ? 0 : position - cause);
        switch (event) {
            case ProviderAnnounced e -> encode(e.record(), instantMillis, out);
            case ProviderRefreshed e ->
                out.key(e.key()).varint(e.ttlSeconds()).signed(e.issuedAtMillis() - instantMillis);
            case ProviderWithdrawn e ->
                out.key(e.key()).signed(e.issuedAtMillis() - instantMillis).signed(e.keepUntilMillis() - instantMillis);
            case ProviderExpired e -> out.key(e.key());
            case ProviderReplicated e -> out.key(e.key()).varint(e.holders());
            case NodeStarted e -> out.key(e.node().key()).varint(e.epoch()).text(e.version());
            case NodeStopped e -> out.text(e.reason());
            case ConfigChanged e ->
                out.text(e.key()).text(e.from()).text(e.to()).text(e.source());
            case ReadinessChanged e -> out.u8(e.readiness().ordinal()).text(e.reason());
            case ClockStepped e -> out.signed(e.deltaMillis());
            case DigestMarked e -> out.varint(position - e.upTo()).key(e.digest());
            case RoutingEvent e -> RoutingCodec.encode(e, out);
            case KeyLearned e -> encode(e, out);
            case RootAccepted e -> encode(e.root(), out);
            case RootDropped e -> out.key(e.root());
            case CheckpointTaken e ->
                out.varint(position - e.upTo())
                        .key(e.digest())
                        .varint(e.records())
                        .varint(e.bytes());
            case JournalPruned e ->
                out.varint(e.firstRetained()).varint(e.files()).varint(e.bytes());
            case AuditRecorded e ->
                out.text(e.who()).text(e.what()).text(e.subject()).text(e.why());
        }
    }

    private static void encode(KeyLearned e, ByteSink out) {
        out.key(e.keys().ed25519());
        MlDsa87Key whole = e.mlDsa87();
        if (whole == null) {
            out.key(e.keys().mlDsa87Hash());
        } else {
            out.raw(whole.bytes());
        }
    }

    /** Appends a root's binary form. */
    public static void encode(SignedRoot root, ByteSink out) {
        out.key(root.id())
                .key(root.publisher().ed25519())
                .key(root.publisher().mlDsa87Hash())
                .varint(root.signatureBytes())
                .raw(root.signatures());
    }

    /** Reads what the one above wrote. */
    public static SignedRoot root(ByteSource in) {
        Key id = in.key();
        NodeKeys keys = NodeKeys.of(in.key(), in.key());
        return new SignedRoot(id, keys, in.bytes(SignedRoot.SIGNATURE_BYTES_MAX, "signatures"));
    }

    private static KeyLearned keyLearned(int version, ByteSource in) {
        Key ed25519 = in.key();
        if (version < 3) {
            return new KeyLearned(NodeKeys.of(ed25519, in.key()), null);
        }
        MlDsa87Key whole = new MlDsa87Key(in.raw(MlDsa87Key.BYTES));
        return new KeyLearned(NodeKeys.of(ed25519, whole.hash()), whole);
    }

    private static void encode(ProviderRecord r, long instantMillis, ByteSink out) {
        boolean ownText = !r.cid().isCanonical();
        Proof proof = r.proof();
        out.u8((ownText ? FLAG_TEXT : 0) | (r.addrs().isEmpty() ? 0 : FLAG_ADDRS) | (proof == null ? 0 : FLAG_SIGNED));
        out.key(r.cid().key());
        if (proof == null) {
            out.key(r.publisher().key());
        } else {
            out.key(proof.keys().ed25519()).key(proof.keys().mlDsa87Hash());
        }
        if (ownText) {
            out.text(r.cid().text());
        }
        out.text(r.locator());
        if (!r.addrs().isEmpty()) {
            out.varint(r.addrs().size());
            r.addrs().forEach(out::text);
        }
        out.varint(r.ttlSeconds()).signed(r.issuedAtMillis() - instantMillis);
        if (proof != null) {
            out.varint(proof.signatureBytes()).raw(proof.signatures());
        }
    }

    /**
     * Reads one entry that fills {@code length} bytes exactly.
     *
     * @throws MalformedEvent if the bytes are anything else
     */
    public static JournalEntry decode(long position, byte[] bytes, int offset, int length) {
        ByteSource in = new ByteSource(bytes, offset, length);
        int version = in.u8();
        if (version < 1 || version > VERSION) {
            throw new MalformedEvent("event version %d; this build reads 1 to %d".formatted(version, VERSION));
        }
        int code = in.u8();
        EventType type = EventType.ofCode(code)
                .orElseThrow(() -> new MalformedEvent("event type %d is not known to this build".formatted(code)));
        long instant = in.u48();
        long distance = in.varint();
        if (distance < 0 || distance >= position) {
            throw new MalformedEvent("a cause %d events back from position %d".formatted(distance, position));
        }
        try {
            DhtEvent event = body(version, type, position, instant, in);
            if (in.remaining() != 0) {
                throw new MalformedEvent("%d bytes follow the %s".formatted(in.remaining(), type));
            }
            if (version != versionOf(event)) {
                throw new MalformedEvent("a %s of version %d has none of what makes it one".formatted(type, version));
            }
            return new JournalEntry(position, instant, distance == 0 ? 0 : position - distance, event);
        } catch (IllegalArgumentException e) {
            throw new MalformedEvent("the " + type + " holds an impossible value: " + e.getMessage(), e);
        }
    }

    private static DhtEvent body(int version, EventType type, long position, long instant, ByteSource in) {
        return switch (type) {
            case ProviderAnnounced -> new ProviderAnnounced(record(instant, in));
            case ProviderRefreshed -> {
                Key key = in.key();
                int ttl = in.count(ProviderRecord.TTL_SECONDS_MAX, "a ttl");
                yield new ProviderRefreshed(key, ttl, instant + in.signed());
            }
            case ProviderWithdrawn -> {
                Key key = in.key();
                long issuedAt = instant + in.signed();
                yield new ProviderWithdrawn(key, issuedAt, instant + in.signed());
            }
            case ProviderExpired -> new ProviderExpired(in.key());
            case ProviderReplicated -> {
                Key key = in.key();
                yield new ProviderReplicated(key, in.count(ProviderReplicated.HOLDERS_MAX, "a number of holders"));
            }
            case NodeStarted -> {
                NodeId node = new NodeId(in.key());
                long epoch = in.varint();
                yield new NodeStarted(node, epoch, in.text());
            }
            case NodeStopped -> new NodeStopped(in.text());
            case ConfigChanged -> {
                String key = in.text();
                String from = in.text();
                String to = in.text();
                yield new ConfigChanged(key, from, to, in.text());
            }
            case ReadinessChanged -> {
                int ordinal = in.u8();
                if (ordinal >= READINESS.length) {
                    throw new MalformedEvent("readiness " + ordinal);
                }
                yield new ReadinessChanged(READINESS[ordinal], in.text());
            }
            case ClockStepped -> new ClockStepped(in.signed());
            case DigestMarked -> {
                long upTo = position - in.varint();
                yield new DigestMarked(upTo, in.key());
            }
            case RootAccepted -> new RootAccepted(root(in));
            case KeyLearned -> keyLearned(version, in);
            case RootDropped -> new RootDropped(in.key());
            case ContactAdded -> RoutingCodec.added(in);
            case ContactRefreshed -> RoutingCodec.refreshed(in);
            case ContactEvicted -> RoutingCodec.evicted(in);
            case ContactReplaced -> RoutingCodec.replaced(in);
            case BucketRefreshed -> RoutingCodec.bucketRefreshed(in);
            case PeerBanned -> RoutingCodec.peerBanned(in);
            case PeerUnbanned -> RoutingCodec.peerUnbanned(in);
            case DiscoveryRecordPublished -> RoutingCodec.published(in);
            case PeerDiscovered -> RoutingCodec.discovered(in);
            case CheckpointTaken -> {
                long upTo = position - in.varint();
                Key digest = in.key();
                long records = in.varint();
                yield new CheckpointTaken(upTo, digest, records, in.varint());
            }
            case JournalPruned -> {
                long firstRetained = in.varint();
                int files = in.count(Integer.MAX_VALUE, "a number of files");
                yield new JournalPruned(firstRetained, files, in.varint());
            }
            case AuditRecorded -> {
                String who = in.text();
                String what = in.text();
                String subject = in.text();
                yield new AuditRecorded(who, what, subject, in.text());
            }
        };
    }

    private static ProviderRecord record(long instant, ByteSource in) {
        int flags = in.u8();
        if ((flags & ~(FLAG_TEXT | FLAG_ADDRS | FLAG_SIGNED)) != 0) {
            throw new MalformedEvent("record flags %#x".formatted(flags));
        }
        Key key = in.key();
        boolean signed = (flags & FLAG_SIGNED) != 0;
        NodeKeys keys = signed ? NodeKeys.of(in.key(), in.key()) : null;
        NodeId publisher = keys != null ? keys.id() : new NodeId(in.key());
        ContentId cid = (flags & FLAG_TEXT) != 0 ? new ContentId(in.text(), key) : ContentId.of(key);
        String locator = in.text();
        List<String> addrs = List.of();
        if ((flags & FLAG_ADDRS) != 0) {
            int n = in.count(ProviderRecord.ADDRS_MAX, "a number of addresses");
            addrs = new ArrayList<>(n);
            for (int i = 0; i < n; i++) {
                addrs.add(in.text());
            }
        }
        int ttl = in.count(ProviderRecord.TTL_SECONDS_MAX, "a ttl");
        long issuedAt = instant + in.signed();
        Proof proof = keys == null ? null : new Proof(keys, in.bytes(Proof.SIGNATURE_BYTES_MAX, "signatures"));
        return new ProviderRecord(cid, publisher, locator, addrs, ttl, issuedAt, proof);
    }
}
