package io.svcdht.node.lookup;

import io.svcdht.node.kad.Distance;
import io.svcdht.node.kad.Peer;
import io.svcdht.storage.model.Key;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All peers a lookup knows of, closest first. */
final class Shortlist {
    /** More are of no use, and endless replies must end somewhere; the farthest that was not asked goes first. */
    static final int SIZE_MAX = 256;

    private final Key target;
    private final List<Leg> legs = new ArrayList<>(64);

    Shortlist(Key target) {
        this.target = target;
    }

    /**
     * Adds the peer unless it is known. Equal distance means equal id.
     *
     * @param via the leg whose answer named it, null = it is from the own table
     */
    void add(Peer peer, @Nullable Leg via, int path, long nowNanos) {
        long distance = peer.key().w0() ^ target.w0();
        int low = 0;
        int high = legs.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            Leg leg = legs.get(middle);
            int c = Long.compareUnsigned(leg.distance(), distance);
            if (c == 0) {
                c = Distance.compare(target, leg.peer().key(), peer.key());
            }
            if (c == 0) {
                return;
            }
            if (c < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (legs.size() < SIZE_MAX || dropFarthest(low)) {
            legs.add(low, new Leg(peer, distance, via, path, nowNanos));
        }
    }

    private boolean dropFarthest(int closerThan) {
        for (int i = legs.size() - 1; i >= closerThan; i--) {
            if (legs.get(i).standing() == Leg.Standing.QUEUED) {
                legs.remove(i);
                return true;
            }
        }
        return false;
    }

    int size() {
        return legs.size();
    }

    Leg get(int index) {
        return legs.get(index);
    }

    /** The closest that answered. */
    List<Peer> answered(int count) {
        List<Peer> peers = new ArrayList<>(count);
        for (int i = 0; i < legs.size() && peers.size() < count; i++) {
            if (legs.get(i).standing().answered()) {
                peers.add(legs.get(i).peer());
            }
        }
        return Collections.unmodifiableList(peers);
    }
}
