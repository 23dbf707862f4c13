package io.svcdht.node.lookup;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.SamplePeers;
import io.svcdht.node.lookup.LookupAction.Ask;
import io.svcdht.node.lookup.LookupAction.Cancel;
import io.svcdht.node.lookup.LookupAction.Finish;
import io.svcdht.node.lookup.LookupSpec.Goal;
import io.svcdht.node.lookup.LookupSpec.Limits;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Leads one lookup by hand: the target is 0000_0000, so a peer's bits are its distance. Time is in milliseconds. */
final class Walk {
    static final long MILLI = 1_000_000L;
    static final NodeId SELF = SamplePeers.id(0b1111_1111);
    static final ProviderRecord RECORD = record("local://a", 1);

    final List<Leg> asked = new ArrayList<>();
    final List<Leg> cancelled = new ArrayList<>();
    final List<LookupResult> results = new ArrayList<>();
    final Lookup lookup;
    long nowMillis;

    Walk(Goal goal, Limits limits, HedgePolicy hedge, long p95Millis, int... start) {
        List<Peer> peers = IntStream.of(start).mapToObj(SamplePeers::peer).toList();
        lookup = new Lookup(
                new LookupSpec(SamplePeers.id(0).key(), goal, limits, hedge), SELF, peers, roundTrips(p95Millis), 0);
        tell(new LookupEvent.Started());
    }

    /** Such peers answer within p95 nearly always, and are slow after half of that. */
    private static RoundTrips roundTrips(long p95Millis) {
        return new RoundTrips() {
            @Override
            public long p95Nanos(Peer peer) {
                return p95Millis * MILLI;
            }

            @Override
            public long slowNanos(Peer peer) {
                return p95Millis * MILLI / 2;
            }
        };
    }

    static ProviderRecord record(String locator, long issuedAtMillis) {
        return new ProviderRecord(
                ContentId.parse("b3:short", true), SamplePeers.id(1), locator, List.of(), 600, issuedAtMillis);
    }

    void tell(LookupEvent event) {
        lookup.on(event, nowMillis * MILLI, action -> {
            switch (action) {
                case Ask(Leg leg) -> asked.add(leg);
                case Cancel(Leg leg) -> cancelled.add(leg);
                case Finish(LookupResult r) -> results.add(r);
            }
        });
    }

    Walk at(long millis) {
        nowMillis = millis;
        return this;
    }

    void passes() {
        tell(new LookupEvent.TimePassed());
    }

    Leg leg(int bits) {
        return asked.stream()
                .filter(l -> l.peer().id().equals(SamplePeers.id(bits)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "peer %s was not asked, only %s".formatted(Integer.toBinaryString(bits), askedBits())));
    }

    void answers(int bits, int... contacts) {
        Leg leg = leg(bits);
        tell(new LookupEvent.Answered(
                leg,
                leg.peer().id(),
                IntStream.of(contacts).mapToObj(SamplePeers::peer).toList(),
                List.of()));
    }

    void finds(int bits, ProviderRecord... records) {
        Leg leg = leg(bits);
        tell(new LookupEvent.Answered(leg, leg.peer().id(), List.of(), List.of(records)));
    }

    void timesOut(int bits) {
        tell(new LookupEvent.TimedOut(leg(bits)));
    }

    List<Integer> askedBits() {
        return asked.stream().map(l -> (int) (l.peer().key().w0() >>> 56)).toList();
    }

    LookupResult result() {
        if (results.size() != 1) {
            throw new AssertionError("finished %d times, asked %s".formatted(results.size(), askedBits()));
        }
        return results.getFirst();
    }
}
