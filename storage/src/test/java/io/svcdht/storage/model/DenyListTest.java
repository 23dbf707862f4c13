package io.svcdht.storage.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DenyListTest {
    private static final NodeKeys KEYS = NodeKeys.classical(new Key(1, 2, 3, 4));
    private static final Key CONTENT = new Key(5, 6, 7, 8);

    private static DenyList of(Banned... banned) {
        return DenyList.of(Arrays.asList(banned));
    }

    private static Contact at(String... addresses) {
        return new Contact(
                KEYS, Arrays.stream(addresses).map(PeerAddress::parse).toList(), 0);
    }

    @Test
    void each_kind_of_ban_refuses_its_own_kind() {
        DenyList list = of(
                new Banned.Peer(KEYS.id()),
                new Banned.Content(CONTENT),
                Banned.parse("192.0.2.0/24"),
                Banned.parse("2001:db8::/32"));

        assertThat(list.refuses(KEYS.id())).isTrue();
        assertThat(list.refuses(new NodeId(CONTENT))).isFalse();
        assertThat(list.refuses(CONTENT)).isTrue();
        assertThat(list.refuses(KEYS.id().key())).isFalse();
        assertThat(list.refuses(PeerAddress.parse("192.0.2.255:1"))).isTrue();
        assertThat(list.refuses(PeerAddress.parse("192.0.3.0:1"))).isFalse();
        assertThat(list.refuses(PeerAddress.parse("[2001:db8:1::1]:1"))).isTrue();
        assertThat(list.refuses(PeerAddress.parse("[2001:db9::1]:1"))).isFalse();
        assertThat(list.refuses(PeerAddress.parse("192.0.2.1.example:1"))).isFalse();
    }

    @Test
    void a_contact_is_banned_when_no_way_to_it_is_left() {
        DenyList list = of(Banned.parse("192.0.2.0/24"), Banned.parse("198.51.100.0/24"));

        assertThat(list.refuses(at("192.0.2.1:1", "198.51.100.1:1"))).isTrue();
        assertThat(list.refuses(at("192.0.2.1:1", "203.0.113.1:1"))).isFalse();
        assertThat(of(new Banned.Peer(KEYS.id())).refuses(at("203.0.113.1:1"))).isTrue();
        assertThat(DenyList.NOTHING.refuses(at("192.0.2.1:1"))).isFalse();
        assertThat(DenyList.of(List.of()).refuses(CONTENT)).isFalse();
    }
}
