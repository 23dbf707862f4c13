package io.svcdht.storage.event;

import java.util.Optional;

/** The closed set of event types with the code each has on disk. A code is never reused. */
public enum EventType {
    NodeStarted(1),
    NodeStopped(2),
    ConfigChanged(3),
    ReadinessChanged(4),
    ClockStepped(5),
    ProviderAnnounced(16),
    ProviderRefreshed(17),
    ProviderWithdrawn(18),
    ProviderExpired(19),
    ProviderReplicated(20),
    RootAccepted(21),
    KeyLearned(22),
    RootDropped(23),
    ContactAdded(32),
    ContactRefreshed(33),
    ContactEvicted(34),
    ContactReplaced(35),
    BucketRefreshed(36),
    PeerBanned(40),
    PeerUnbanned(41),
    DiscoveryRecordPublished(42),
    PeerDiscovered(43),
    DigestMarked(64),
    CheckpointTaken(65),
    JournalPruned(66),
    AuditRecorded(67);

    private static final EventType[] BY_CODE = new EventType[256];

    static {
        for (EventType t : values()) {
            BY_CODE[t.code] = t;
        }
    }

    private final int code;

    EventType(int code) {
        this.code = code;
    }

    /** The byte that stands for this type in the journal. */
    public int code() {
        return code;
    }

    public static Optional<EventType> ofCode(int code) {
        return Optional.ofNullable(BY_CODE[code & 0xff]);
    }
}
