package io.svcdht.storage.event;

import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.SignedRoot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened, in the past tense: the only thing that changes the state (contracts §9). Position, instant and cause
 * belong to the {@link JournalEntry} around it.
 */
public sealed interface DhtEvent {
    /** Everything this node publishes or holds for others about one content id and locator begins here. */
    record ProviderAnnounced(ProviderRecord record) implements DhtEvent {
        @Override
        public EventType type() {
            return EventType.ProviderAnnounced;
        }
    }

    /** The record whose last word is at the cause position lives on; its text and addresses are as they were. */
    record ProviderRefreshed(Key key, int ttlSeconds, long issuedAtMillis) implements DhtEvent {
        public ProviderRefreshed {
            // What the fold takes for granted, for it cannot fail.
            ProviderRecord.checkLife(ttlSeconds, issuedAtMillis);
        }

        @Override
        public EventType type() {
            return EventType.ProviderRefreshed;
        }
    }

    /** The record whose last word is at the cause position was taken back; a tombstone stays until {@code keepUntil}. */
    record ProviderWithdrawn(Key key, long issuedAtMillis, long keepUntilMillis) implements DhtEvent {
        public ProviderWithdrawn {
            ProviderRecord.checkLife(1, issuedAtMillis);
            if (keepUntilMillis >>> 48 != 0) {
                throw new IllegalArgumentException("kept until %d ms, which no clock shows".formatted(keepUntilMillis));
            }
        }

        @Override
        public EventType type() {
            return EventType.ProviderWithdrawn;
        }
    }

    /** The record, or the tombstone, whose last word is at the cause position ran out. */
    record ProviderExpired(Key key) implements DhtEvent {
        @Override
        public EventType type() {
            return EventType.ProviderExpired;
        }
    }

    /**
     * Our own record, whose last word is at the cause position, reached those who are to hold it.
     *
     * @param holders how many hold it, ourselves counted where we are one of the closest; 1 and more
     */
    record ProviderReplicated(Key key, int holders) implements DhtEvent {
        /** More than any lookup finds. */
        public static final int HOLDERS_MAX = 65_535;

        public ProviderReplicated {
            if (holders < 1 || holders > HOLDERS_MAX) {
                throw new IllegalArgumentException("held by %d nodes".formatted(holders));
            }
        }

        @Override
        public EventType type() {
            return EventType.ProviderReplicated;
        }
    }

    record NodeStarted(NodeId node, long epoch, String version) implements DhtEvent {
        @Override
        public EventType type() {
            return EventType.NodeStarted;
        }
    }

    record NodeStopped(String reason) implements DhtEvent {
        @Override
        public EventType type() {
            return EventType.NodeStopped;
        }
    }

    /** A setting took a new value while running. */
    record ConfigChanged(String key, String from, String to, String source) implements DhtEvent {
        @Override
        public EventType type() {
            return EventType.ConfigChanged;
        }
    }

    record ReadinessChanged(Readiness readiness, String reason) implements DhtEvent {
        @Override
        public EventType type() {
            return EventType.ReadinessChanged;
        }
    }

    /** The wall clock moved by {@code deltaMillis} against the monotonic one. */
    record ClockStepped(long deltaMillis) implements DhtEvent {
        @Override
        public EventType type() {
            return EventType.ClockStepped;
        }
    }

    /** The state's digest after the event at {@code upTo}; lets every replay check itself on the way. */
    record DigestMarked(long upTo, Key digest) implements DhtEvent {
        @Override
        public EventType type() {
            return EventType.DigestMarked;
        }
    }

    /** What a node does for its own journal's sake; it tells a story and changes no state. */
    sealed interface Upkeep extends DhtEvent {}

    /**
     * The state after the event at {@code upTo} is on the medium in a file of its own.
     *
     * @param records live records in it
     * @param bytes size of the file
     */
    record CheckpointTaken(long upTo, Key digest, long records, long bytes) implements Upkeep {
        @Override
        public EventType type() {
            return EventType.CheckpointTaken;
        }
    }

    /**
     * Events before {@code firstRetained} were given up; their effect is in the checkpoint before it.
     *
     * @param files dropped with them
     * @param bytes what the files took
     */
    record JournalPruned(long firstRetained, int files, long bytes) implements Upkeep {
        @Override
        public EventType type() {
            return EventType.JournalPruned;
        }
    }

    /**
     * Somebody changed something by hand.
     *
     * @param who their role, and how they came in
     * @param what they did, a word
     * @param subject to what
     * @param why as they put it
     */
    record AuditRecorded(String who, String what, String subject, String why) implements Upkeep {
        @Override
        public EventType type() {
            return EventType.AuditRecorded;
        }
    }

    /** Whether a node may take writes. Ordinals are on disk: append only. */
    enum Readiness {
        BOOTING,
        READY,
        DEGRADED
    }

    /** What is kept so that records of others can be proved: the roots of batches, and the keys behind them. */
    sealed interface TrustEvent extends DhtEvent {}

    /**
     * A node's whole ML-DSA-87 key was checked against its hash, and is kept as long as a root of that node is.
     *
     * @param mlDsa87 null in journals of versions that only told of it
     */
    record KeyLearned(NodeKeys keys, @Nullable MlDsa87Key mlDsa87) implements TrustEvent {
        public KeyLearned {
            if (mlDsa87 != null && !mlDsa87.hash().equals(keys.mlDsa87Hash())) {
                throw new IllegalArgumentException("%s is not that of %s".formatted(mlDsa87, keys));
            }
        }

        @Override
        public EventType type() {
            return EventType.KeyLearned;
        }
    }

    /** The signatures over the root of a batch were checked; records that follow refer to it. */
    record RootAccepted(SignedRoot root) implements TrustEvent {
        @Override
        public EventType type() {
            return EventType.RootAccepted;
        }
    }

    /** No record refers to the root any more. Its publisher's key goes with the last one. */
    record RootDropped(Key root) implements TrustEvent {
        @Override
        public EventType type() {
            return EventType.RootDropped;
        }
    }

    /** What happened to the routing table and the deny list. */
    sealed interface RoutingEvent extends DhtEvent {}

    /**
     * A contact took the last place of its bucket, the one most recently heard of; an older entry of the same node
     * went.
     *
     * @param verified whether it answered us from there, rather than being told of
     */
    record ContactAdded(Contact contact, boolean verified) implements RoutingEvent {
        @Override
        public EventType type() {
            return EventType.ContactAdded;
        }
    }

    /**
     * Contacts of one bucket answered: in this order they move to its end, and are verified.
     *
     * @param bucket length of the common prefix with our id, 0 … 255
     * @param nodes 1 … {@value #NODES_MAX}
     */
    record ContactRefreshed(int bucket, List<NodeId> nodes) implements RoutingEvent {
        /** Most contacts of one event. */
        public static final int NODES_MAX = 256;

        public ContactRefreshed {
            nodes = List.copyOf(nodes);
            checkBucket(bucket);
            if (nodes.isEmpty() || nodes.size() > NODES_MAX) {
                throw new IllegalArgumentException("%d contacts refreshed at once".formatted(nodes.size()));
            }
        }

        @Override
        public EventType type() {
            return EventType.ContactRefreshed;
        }
    }

    /** A contact left the table. */
    record ContactEvicted(NodeId node, EvictedFor why) implements RoutingEvent {
        @Override
        public EventType type() {
            return EventType.ContactEvicted;
        }
    }

    /** A contact left the table, and one that waited for a place took the last of the bucket. */
    record ContactReplaced(NodeId node, EvictedFor why, Contact by, boolean verified) implements RoutingEvent {
        @Override
        public EventType type() {
            return EventType.ContactReplaced;
        }
    }

    /**
     * A lookup for an id in the bucket's range ended.
     *
     * @param bucket 0 … 255
     * @param heard how many contacts answered in it
     */
    record BucketRefreshed(int bucket, int heard) implements RoutingEvent {
        public BucketRefreshed {
            checkBucket(bucket);
            if (heard < 0) {
                throw new IllegalArgumentException("%d contacts heard".formatted(heard));
            }
        }

        @Override
        public EventType type() {
            return EventType.BucketRefreshed;
        }
    }

    /** From now on this node has nothing to do with it. */
    record PeerBanned(Banned what, String reason) implements RoutingEvent {
        @Override
        public EventType type() {
            return EventType.PeerBanned;
        }
    }

    /** A ban was lifted. */
    record PeerUnbanned(Banned what) implements RoutingEvent {
        @Override
        public EventType type() {
            return EventType.PeerUnbanned;
        }
    }

    /**
     * From now on this node is found by this record.
     *
     * @param by the protocol it is published with, such as {@code discv5}
     * @param record its text form
     */
    record DiscoveryRecordPublished(String by, String record) implements RoutingEvent {
        @Override
        public EventType type() {
            return EventType.DiscoveryRecordPublished;
        }
    }

    /**
     * Another protocol led to a node of this network, and whoever answered there has proved to hold its keys. Whether it
     * becomes a contact is for {@link ContactAdded} to tell.
     *
     * @param by the protocol
     * @param contact with the address it answered at
     */
    record PeerDiscovered(String by, Contact contact) implements RoutingEvent {
        @Override
        public EventType type() {
            return EventType.PeerDiscovered;
        }
    }

    /** Why a contact had to go. Ordinals are on disk: append only. */
    enum EvictedFor {
        /** Three pings in a row failed. */
        SILENCE,
        /** Its network holds too large a share of the bucket. */
        DIVERSITY,
        /** Another contact serves the bucket better: a part of its range nobody covered, or a shorter round trip. */
        BETTER,
        BANNED,
        /** It turned out to be somebody else, or to lie. */
        MISBEHAVED
    }

    private static void checkBucket(int bucket) {
        if (bucket < 0 || bucket > 255) {
            throw new IllegalArgumentException("bucket %d is outside 0…255".formatted(bucket));
        }
    }

    EventType type();
}
