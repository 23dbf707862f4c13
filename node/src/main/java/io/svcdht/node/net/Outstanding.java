package io.svcdht.node.net;

import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Requests of ours that wait on one connection, by correlation id. Only for the connection's thread. */
final class Outstanding {
    /**
     * One of them.
     *
     * @param timer of Vert.x, to be cancelled
     * @param bytesBefore what had been received when it was sent
     */
    record Waiting(
            Opcode opcode,
            CompletableFuture<Reply> reply,
            long sentNanos,
            long timer,
            boolean warm,
            long bytesBefore) {}

    private final Map<Long, Waiting> byCorrId = new HashMap<>();
    /** Begins anywhere: a peer must not guess the ids of another connection from those of its own. */
    private long lastCorrId;

    Outstanding(long firstCorrId) {
        lastCorrId = firstCorrId;
    }

    long nextCorrId() {
        lastCorrId = lastCorrId + 1 == 0 ? 1 : lastCorrId + 1;
        return lastCorrId;
    }

    void add(long corrId, Waiting w) {
        byCorrId.put(corrId, w);
    }

    @Nullable
    Waiting remove(long corrId) {
        return byCorrId.remove(corrId);
    }

    int size() {
        return byCorrId.size();
    }

    /** Takes all of them out. */
    List<Waiting> drain() {
        List<Waiting> all = new ArrayList<>(byCorrId.values());
        byCorrId.clear();
        return all;
    }

    static Reply answered(
            Waiting w, NodeKeys peer, PeerAddress at, io.svcdht.node.wire.oap.Response response, long nowNanos) {
        return new Reply.Answered(peer, at, response, nowNanos - w.sentNanos(), w.warm(), false);
    }
}
