package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.noise.AesGcm;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final SecretKeySpec ONE = AesGcm.key(new byte[32]);
    private static final SecretKeySpec OTHER = AesGcm.key(
            new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
            });

    private final AesGcm gcm = new AesGcm();
    private final Sessions sessions = new Sessions(3, 2);
    private final InetSocketAddress home = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_000);
    private final InetSocketAddress away = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5_000);

    private static NodeKeys keys(int n) {
        return NodeKeys.classical(new Key(n, 1, 1, 1));
    }

    private Session session(int number, boolean confirmed, long now) {
        return new Session(number, 99, keys(number), false, ONE, OTHER, home, confirmed, now);
    }

    /** The other end of it. */
    private Session other(Session s, long now) {
        return new Session(99, s.own(), keys(0), false, OTHER, ONE, home, true, now);
    }

    @Test
    void new_keys_are_due_after_ten_minutes_or_a_million_datagrams() {
        Session s = session(1, true, 0);
        assertThat(s.isFresh(Session.AGE_NANOS_MAX - 1)).isTrue();
        assertThat(s.isFresh(Session.AGE_NANOS_MAX)).isFalse();
        for (long i = 0; i < Session.SENT_MAX - 1; i++) {
            s.seal(gcm, new byte[0]);
        }
        assertThat(s.isFresh(1)).isTrue();
        s.seal(gcm, new byte[0]);
        assertThat(s.isFresh(1)).isFalse();
    }

    @Test
    void who_is_not_confirmed_is_not_asked() {
        Session s = session(1, false, 0);
        sessions.add(s, 0);
        assertThat(sessions.of(keys(1).id(), 0)).isNull();
        assertThat(s.open(gcm, other(s, 0).seal(gcm, new byte[] {7}), home, 5)).isPresent();
        sessions.confirm(s);
        assertThat(sessions.of(keys(1).id(), 5)).isSameAs(s);
    }

    @Test
    void a_copy_is_not_opened_twice() {
        Session s = session(1, true, 0);
        Datagram.Data data = other(s, 0).seal(gcm, new byte[] {7});
        assertThat(s.open(gcm, data, home, 1)).isPresent();
        assertThat(s.open(gcm, data, home, 2)).isEqualTo(Optional.empty());
    }

    @Test
    void only_what_decrypts_moves_a_conversation_and_only_the_newest() {
        Session s = session(1, false, 0);
        Session peer = other(s, 0);
        Datagram.Data old = peer.seal(gcm, new byte[] {1});
        Datagram.Data newer = peer.seal(gcm, new byte[] {2});

        assertThat(s.open(gcm, new Datagram.Data(1, 5, new byte[40]), away, 1)).isEmpty();
        assertThat(s.to()).isEqualTo(home);
        assertThat(s.open(gcm, newer, away, 1)).isPresent();
        assertThat(s.to()).isEqualTo(away);
        assertThat(s.at()).isEqualTo(PeerAddress.parse("127.0.0.1:5000"));
        assertThat(s.open(gcm, old, home, 2)).isPresent();
        assertThat(s.to()).as("an older one that was held back").isEqualTo(away);
    }

    /** Any source can be written into a datagram; what it says must not make others pay. */
    @Test
    void away_from_home_no_more_is_sent_than_came_and_nobody_is_asked() {
        Session s = session(1, false, 0);
        Session peer = other(s, 0);
        s.open(gcm, peer.seal(gcm, new byte[100]), home, 1);
        assertThat(s.isAtHome()).isTrue();
        assertThat(s.frameBytesMax()).isEqualTo(1_168);
        assertThat(s.isFresh(1)).isTrue();

        s.open(gcm, peer.seal(gcm, new byte[100]), away, 2);
        assertThat(s.isAtHome()).isFalse();
        assertThat(s.isFresh(2)).as("asked over it").isFalse();
        assertThat(s.frameBytesMax()).isEqualTo(100);
        s.seal(gcm, new byte[40]);
        assertThat(s.frameBytesMax()).isEqualTo(28);
        s.open(gcm, peer.seal(gcm, new byte[50]), away, 3);
        assertThat(s.frameBytesMax()).isEqualTo(110);

        s.open(gcm, peer.seal(gcm, new byte[1]), home, 4);
        assertThat(s.isFresh(4)).as("home again").isTrue();
        assertThat(s.frameBytesMax()).isEqualTo(1_168);
    }

    /** It listens there; and who answers from another address of the same host is not a moved one. */
    @Test
    void whom_we_asked_stays_where_we_asked_it() {
        Session s = session(1, true, 0);
        assertThat(s.open(gcm, other(s, 0).seal(gcm, new byte[] {7}), away, 1)).isPresent();
        assertThat(s.to()).isEqualTo(home);
        assertThat(s.isFresh(1)).isTrue();
    }

    /** Bytes a thread asks for do not depend on when the garbage goes; what is kept is less. */
    @Test
    void a_conversation_is_small() {
        int many = 20_000;
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Session[] kept = new Session[many];
        NodeKeys peer = keys(1);
        session(0, true, 0);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < many; i++) {
            kept[i] = new Session(i, i, peer, false, ONE, OTHER, home, true, 0);
        }
        long each = (threads.getCurrentThreadAllocatedBytes() - before) / many;
        assertThat(kept[many - 1].isConfirmed()).isTrue();
        assertThat(each).as("bytes, two copies of keys on the way included").isLessThanOrEqualTo(416);
    }

    @Test
    void a_header_is_authenticated() {
        Session s = session(1, true, 0);
        Datagram.Data data = other(s, 0).seal(gcm, new byte[] {7});
        assertThat(s.open(gcm, new Datagram.Data(1, data.counter() + 1, data.sealed()), home, 1))
                .isEmpty();
        assertThat(s.open(gcm, data, home, 1)).isPresent();
    }

    @Test
    void the_unconfirmed_drive_nobody_out() {
        for (int i = 1; i <= 3; i++) {
            sessions.add(session(i, true, 0), 0);
        }
        for (int i = 10; i < 20; i++) {
            sessions.add(session(i, false, 0), 0);
        }
        assertThat(sessions.size()).isEqualTo(3);
        assertThat(sessions.unconfirmed()).isEqualTo(2);
        assertThat(sessions.of(18)).isNotNull();
        assertThat(sessions.of(10)).isNull();
        sessions.tick(11_000_000_000L);
        assertThat(sessions.unconfirmed()).isZero();
        assertThat(sessions.size()).isEqualTo(3);
    }

    @Test
    void new_keys_are_counted_as_long_as_the_conversation_goes_on() {
        Session first = session(1, true, 0);
        sessions.add(first, 0);
        assertThat(first.seen(5_000_000L).rekeys()).isZero();
        Session second = new Session(2, 99, keys(1), false, ONE, OTHER, home, false, 10_000_000L);
        sessions.add(second, 10_000_000L);
        assertThat(sessions.standing(keys(1).id())).as("until it is confirmed").isSameAs(first);
        sessions.confirm(second);
        assertThat(sessions.standing(keys(1).id()).seen(25_000_000L))
                .isEqualTo(new Ways.Conversation(false, PeerAddress.parse("127.0.0.1:4000"), 15, 15, 0, 1, true));
        sessions.remove(second);
        sessions.add(session(3, true, 0), 0);
        Session anew = new Session(4, 99, keys(1), false, ONE, OTHER, home, true, 0);
        sessions.add(anew, 0);
        assertThat(anew.seen(0).rekeys()).as("another conversation").isZero();
        assertThat(sessions.latest(2)).containsExactly(keys(1).id(), keys(3).id());
    }

    @Test
    void of_many_the_one_not_used_for_longest_goes() {
        for (int i = 1; i <= 3; i++) {
            sessions.add(session(i, true, 0), 0);
        }
        sessions.of(1);
        sessions.add(session(4, true, 0), 0);
        assertThat(sessions.of(2)).isNull();
        assertThat(sessions.of(1)).isNotNull();
        assertThat(sessions.of(keys(2).id(), 0)).isNull();
    }

    @Test
    void what_is_idle_for_five_minutes_ends() {
        Session s = session(1, true, 0);
        sessions.add(s, 0);
        sessions.tick(Session.IDLE_NANOS_MAX);
        assertThat(sessions.of(1)).isSameAs(s);
        sessions.tick(Session.IDLE_NANOS_MAX + 1);
        assertThat(sessions.of(1)).isNull();
        assertThat(sessions.of(keys(1).id(), 1)).isNull();
    }
}
