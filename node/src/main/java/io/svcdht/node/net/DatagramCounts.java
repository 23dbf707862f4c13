package io.svcdht.node.net;

/** What happened with datagrams since the start, for whoever looks at this node. Only for the event loop. */
final class DatagramCounts {
    private final long[] counts = new long[DatagramEvent.values().length];

    void add(DatagramEvent what) {
        counts[what.ordinal()]++;
    }

    Ways.Counts now() {
        return new Ways.Counts(
                of(DatagramEvent.INIT_SENT),
                of(DatagramEvent.INIT_SERVED),
                of(DatagramEvent.COOKIE_SENT),
                of(DatagramEvent.COOKIE_RECEIVED),
                of(DatagramEvent.SHED),
                of(DatagramEvent.CUT),
                of(DatagramEvent.FALLBACK),
                of(DatagramEvent.JUNK));
    }

    private long of(DatagramEvent what) {
        return counts[what.ordinal()];
    }
}
