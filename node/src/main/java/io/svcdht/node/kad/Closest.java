package io.svcdht.node.kad;

import io.svcdht.storage.model.Key;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The closest of those it is offered, in order. Keeps the first word of each distance at hand: it nearly always decides. */
final class Closest {
    private final Key target;
    private final Member[] members;
    private final long[] firstWords;
    private int size;

    Closest(Key target, int capacity) {
        this.target = target;
        this.members = new Member[capacity];
        this.firstWords = new long[capacity];
    }

    /** Whether somebody whose id begins with this word could be among them. */
    boolean mayTake(long firstWord) {
        return size < members.length || Long.compareUnsigned(firstWord ^ target.w0(), firstWords[size - 1]) <= 0;
    }

    /** @param firstWord of the member's id */
    void offer(Member member, long firstWord) {
        long word = firstWord ^ target.w0();
        int at = size;
        while (at > 0 && before(word, member, at - 1)) {
            at--;
        }
        if (at == members.length) {
            return;
        }
        int moved = Math.min(size, members.length - 1) - at;
        System.arraycopy(members, at, members, at + 1, moved);
        System.arraycopy(firstWords, at, firstWords, at + 1, moved);
        members[at] = member;
        firstWords[at] = word;
        size = Math.min(size + 1, members.length);
    }

    private boolean before(long word, Member member, int at) {
        int c = Long.compareUnsigned(word, firstWords[at]);
        return c < 0 || c == 0 && Distance.compare(target, member.peer.key(), members[at].peer.key()) < 0;
    }

    boolean full() {
        return size == members.length;
    }

    /** Unmodifiable, closest first. */
    List<Peer> list() {
        Peer[] peers = new Peer[size];
        for (int i = 0; i < size; i++) {
            peers[i] = members[i].peer;
        }
        return Collections.unmodifiableList(Arrays.asList(peers));
    }
}
