package io.svcdht.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.LiveHolders;
import io.svcdht.storage.state.heap.HeapStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A find reads the store without a lock while the engine writes: it sees what was, or what is, and never a mixture. */
public class FindAgainstWriter {
    static final Key KEY = new Key(0x1234_5678_9abc_def0L, 1, 2, 3);
    static final Key OTHER = new Key(0x1234_5678_9abc_def1L, 4, 5, 6);
    static final NodeId PUBLISHER = new NodeId(new Key(9, 9, 9, 9));
    static final long NOW = 1_767_225_600_000L;
    static final String ONE = "tcp://one.example:1";
    static final String TWO = "tcp://the-other-place.example:22222";

    static ProviderRecord record(Key key, String addr) {
        return new ProviderRecord(ContentId.of(key), PUBLISHER, "", List.of(addr), 600, NOW, null);
    }

    /** 0 = nothing, 1 = the one, 2 = the other, −1 = anything else. */
    static int seen(HeapStore store, Key key) {
        LiveHolders found = new LiveHolders();
        store.find(key, NOW, 10, found);
        if (found.size() == 0) {
            return 0;
        }
        if (found.size() != 1 || !found.publisher(0).equals(PUBLISHER) || found.ttlSeconds(0) != 600) {
            return -1;
        }
        int text = found.locator(0) + 1;
        if (found.addrsEnd(0) != text + 1) {
            return -1;
        }
        String addr = new String(found.bytes(), found.from(text), found.length(text), StandardCharsets.UTF_8);
        return addr.equals(ONE) && found.position(0) == 1 ? 1 : addr.equals(TWO) && found.position(0) == 2 ? 2 : -1;
    }

    /** The record is told anew, with other addresses. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "before")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "after")
    @Outcome(expect = FORBIDDEN, desc = "neither: a mixture, or a hole")
    @State
    public static class Replaced {
        final HeapStore store = new HeapStore(1);

        public Replaced() {
            store.announce(1, record(KEY, ONE));
        }

        @Actor
        public void engine() {
            store.announce(2, record(KEY, TWO));
        }

        @Actor
        public void find(I_Result r) {
            r.r1 = seen(store, KEY);
        }
    }

    /** The record expires, and its place is taken by one of another content id at once. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "before")
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "after")
    @Outcome(expect = FORBIDDEN, desc = "the place's next tenant")
    @State
    public static class PlaceTakenOver {
        final HeapStore store = new HeapStore(1);

        public PlaceTakenOver() {
            store.announce(1, record(KEY, ONE));
        }

        @Actor
        public void engine() {
            store.expire(KEY, 1);
            store.announce(2, record(OTHER, TWO));
        }

        @Actor
        public void find(I_Result r) {
            r.r1 = seen(store, KEY);
        }
    }

    /** A withdrawal against the wheel's expiry is one thread's business; a find beside both is not. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "before")
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "after")
    @Outcome(expect = FORBIDDEN, desc = "a tombstone shown")
    @State
    public static class WithdrawnAndGone {
        final HeapStore store = new HeapStore(1);

        public WithdrawnAndGone() {
            store.announce(1, record(KEY, ONE));
        }

        @Actor
        public void engine() {
            store.withdraw(KEY, 1, 2, NOW, NOW + 900_000);
            store.expire(KEY, 2);
        }

        @Actor
        public void find(I_Result r) {
            r.r1 = seen(store, KEY);
        }
    }
}
