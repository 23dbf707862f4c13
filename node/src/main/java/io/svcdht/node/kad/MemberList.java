package io.svcdht.node.kad;

import io.svcdht.storage.model.Key;
import java.util.AbstractList;
import java.util.Arrays;

/**
 * Members in an order of their own, with each id, its first word and how it stands in arrays beside them: searching and
 * ranking a whole table reads those, and follows no reference that does not matter in the end.
 */
final class MemberList extends AbstractList<Member> {
    private static final Member[] NONE = {};
    private static final byte ANSWERING = 1;
    private static final byte SUSPECT = 2;

    private Member[] members = NONE;
    private long[] words = {};
    private Key[] keys = {};
    private byte[] standing = {};
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

    /** Id of the member there. */
    Key key(int index) {
        return keys[index];
    }

    /** Where the member with this id stands, -1 = nowhere. */
    int indexOf(Key key) {
        long word = key.w0();
        for (int i = 0; i < size; i++) {
            if (words[i] == word && keys[i].equals(key)) {
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
            keys = Arrays.copyOf(keys, members.length);
            standing = Arrays.copyOf(standing, members.length);
        }
        System.arraycopy(members, index, members, index + 1, size - index);
        System.arraycopy(words, index, words, index + 1, size - index);
        System.arraycopy(keys, index, keys, index + 1, size - index);
        System.arraycopy(standing, index, standing, index + 1, size - index);
        size++;
        put(index, member, member.peer.key());
        modCount++;
    }

    @Override
    public Member remove(int index) {
        Member gone = members[index];
        size--;
        close(index);
        Arrays.fill(members, size, size + 1, null);
        Arrays.fill(keys, size, size + 1, null);
        modCount++;
        return gone;
    }

    /** The member there was just heard: it is the last one now. */
    void moveToEnd(int index) {
        Member member = members[index];
        Key key = keys[index];
        size--;
        close(index);
        put(size++, member, key);
    }

    /** The member there was seen to be doing better, or worse. */
    void noticed(int index) {
        standing[index] = standing(members[index]);
    }

    /** Whether one may send others to the member there. */
    boolean answering(int index) {
        return (standing[index] & ANSWERING) != 0;
    }

    /** Whether a request to the member there ran out, with nothing heard of it since. */
    boolean suspect(int index) {
        return (standing[index] & SUSPECT) != 0;
    }

    private static byte standing(Member m) {
        return (byte) ((m.answering() ? ANSWERING : 0) | (m.suspect ? SUSPECT : 0));
    }

    /** Moves those behind it one place down. */
    private void close(int index) {
        System.arraycopy(members, index + 1, members, index, size - index);
        System.arraycopy(words, index + 1, words, index, size - index);
        System.arraycopy(keys, index + 1, keys, index, size - index);
        System.arraycopy(standing, index + 1, standing, index, size - index);
    }

    private void put(int index, Member member, Key key) {
        members[index] = member;
        words[index] = key.w0();
        keys[index] = key;
        standing[index] = standing(member);
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
