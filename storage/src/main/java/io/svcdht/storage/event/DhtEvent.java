package io.svcdht.storage.event;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;

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

    /** Whether a node may take writes. Ordinals are on disk: append only. */
    enum Readiness {
        BOOTING,
        READY,
        DEGRADED
    }

    EventType type();
}
