package io.svcdht.node.http;

import io.svcdht.node.Network;
import io.svcdht.node.Network.Found;
import io.svcdht.node.Network.Wanted;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.trace.LookupRecord.Asker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Lines of a batch of finds: answered from the local index when the connection takes the answers. What is not there is
 * looked for over the network first, so many at a time.
 */
final class FindPortion extends Portion {
    private static final int RESULT_BYTES = 256;
    private static final int LOOKUPS_MAX = 32;

    private final Exchange x;
    private final FindLines lines;
    private final NodeConfig config;
    private final int limit;
    private final boolean withRecords;
    private final boolean local;
    private final List<ContentId> asked = new ArrayList<>();
    private final Map<Integer, Found> elsewhere = new HashMap<>();
    private final Deque<Integer> missing = new ArrayDeque<>();
    private int lookups;
    private int told;

    /**
     * @param lines the batch's reader
     * @param limit providers shown for a content id
     * @param local ask nobody else
     */
    FindPortion(BatchStream stream, long firstLine, FindLines lines, int limit, boolean withRecords, boolean local) {
        super(stream, firstLine);
        this.x = stream.exchange();
        this.lines = lines;
        this.config = x.node().config();
        this.limit = limit;
        this.withRecords = withRecords;
        this.local = local;
    }

    @Override
    void take(byte[] from, int begin, int end) {
        ContentId cid = lines.read(from, begin, end, config);
        FindRoutes.checkAllowed(x, cid);
        asked.add(cid);
    }

    @Override
    void work() {
        Network network = local ? null : x.node().network().orElse(null);
        if (network == null || network.standing().contacts() == 0) {
            settle();
            return;
        }
        FindAnswer answer = x.loop().finds();
        for (int i = 0; i < asked.size(); i++) {
            answer.look(x.node().providers(), asked.get(i).key(), x.node().nowMillis(), 1);
            if (answer.isEmpty()) {
                missing.add(i);
            }
        }
        if (missing.isEmpty()) {
            settle();
        } else {
            lookUp(network);
        }
    }

    private void lookUp(Network network) {
        while (lookups < LOOKUPS_MAX && !missing.isEmpty()) {
            int index = missing.remove();
            lookups++;
            ContentId cid = asked.get(index);
            Wanted wanted = new Wanted(
                            cid.key(), cid.text(), x.loop().lookupId(), OptionalInt.empty(), OptionalInt.empty())
                    .by(Asker.BATCH);
            NetworkRoutes.then(x, network.find(wanted.within(x.traceContext())), found -> {
                lookups--;
                elsewhere.put(index, found);
                if (lookups == 0 && missing.isEmpty()) {
                    deliver();
                } else {
                    lookUp(network);
                }
            });
        }
    }

    @Override
    void result(JsonBytes out, int index) {
        ContentId cid = asked.get(told);
        Found found = elsewhere.remove(told);
        told++;
        if (found == null) {
            FindRoutes.line(x, out, cid, limit, withRecords);
        } else {
            FindAnswer answer = x.loop().finds();
            answer.show(found, x.node().nowMillis(), limit);
            answer.line(out, cid, withRecords);
            if (found.origin() == Network.Origin.NETWORK) {
                x.loop().metrics().searched(found.result().tookNanos());
            }
            x.loop()
                    .metrics()
                    .lookedUp(found.result().tookNanos(), found.result().hops());
        }
    }

    @Override
    int resultBytes() {
        return RESULT_BYTES;
    }
}
