package io.svcdht.node.kad;

import io.svcdht.storage.model.Key;
import java.util.AbstractList;
import java.util.Arrays;

/**
 * Members in an order of their own, with the first word of each id in an array beside them: searching and ranking a whole
 * table reads those, and follows no reference that does not matter in the end.
 */
final class MemberList extends AbstractList<Member> {
    private static final Member[] NONE = {};

    private Member[] members = NONE;
    private long[] words = {};
    private int size;

    @Override
    public Member get(int index) {
        return members[index];
    }

    @Override
    public int size() {
        return size;
    }

    /** First word of the id of the member there. */
    long word(int index) {
        return words[index];
    }

    /** Where the member with this id stands, -1 = nowhere. */
    int indexOf(Key key) {
        long word = key.w0();
        for (int i = 0; i < size; i++) {
            if (words[i] == word && members[i].peer.key().equals(key)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void add(int index, Member member) {
        if (size == members.length) {
            members = Arrays.copyOf(members, Math.max(4, size * 2));
            words = Arrays.copyOf(words, members.length);
        }
        System.arraycopy(members, index, members, index + 1, size - index);
        System.arraycopy(words, index, words, index + 1, size - index);
        members[index] = member;
        words[index] = member.peer.key().w0();
        size++;
        modCount++;
    }

    @Override
    public Member remove(int index) {
        Member gone = members[index];
        size--;
        System.arraycopy(members, index + 1, members, index, size - index);
        System.arraycopy(words, index + 1, words, index, size - index);
        Arrays.fill(members, size, size + 1, null);
        modCount++;
        return gone;
    }

    void moveToEnd(int index) {
        if (index < size - 1) {
            add(size - 1, remove(index));
        }
    }

    /** In its place by when it was heard. */
    void insertByTime(Member member) {
        int at = size;
        while (at > 0 && members[at - 1].heardAtNanos > member.heardAtNanos) {
            at--;
        }
        add(at, member);
    }
}
