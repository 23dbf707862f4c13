package io.svcdht.node.kad;

import io.svcdht.storage.model.Key;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The closest of those it is offered, in order. Keeps the first word of each distance at hand: it nearly always decides. */
final class Closest {
    private final Key target;
    private final Peer[] peers;
    private final long[] firstWords;
    private int size;

    Closest(Key target, int capacity) {
        this.target = target;
        this.peers = new Peer[capacity];
        this.firstWords = new long[capacity];
    }

    /** Whether somebody whose id begins with this word could be among them. */
    boolean mayTake(long firstWord) {
        return size < peers.length || Long.compareUnsigned(firstWord ^ target.w0(), firstWords[size - 1]) <= 0;
    }

    void offer(Peer peer) {
        long word = peer.key().w0() ^ target.w0();
        int at = size;
        while (at > 0 && before(word, peer, at - 1)) {
            at--;
        }
        if (at == peers.length) {
            return;
        }
        int moved = Math.min(size, peers.length - 1) - at;
        System.arraycopy(peers, at, peers, at + 1, moved);
        System.arraycopy(firstWords, at, firstWords, at + 1, moved);
        peers[at] = peer;
        firstWords[at] = word;
        size = Math.min(size + 1, peers.length);
    }

    private boolean before(long word, Peer peer, int at) {
        int c = Long.compareUnsigned(word, firstWords[at]);
        return c < 0 || c == 0 && Distance.compare(target, peer.key(), peers[at].key()) < 0;
    }

    boolean full() {
        return size == peers.length;
    }

    /** Unmodifiable, closest first. */
    List<Peer> list() {
        return Collections.unmodifiableList(Arrays.asList(peers).subList(0, size));
    }
}
