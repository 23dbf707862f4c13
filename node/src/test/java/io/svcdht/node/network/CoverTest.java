package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NetworkConfig.Hiding;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.lookup.RttWindow;
import io.svcdht.node.net.AddressPolicy;
import io.svcdht.node.net.Proxy;
import io.svcdht.storage.model.OnionName;
import io.svcdht.storage.model.PeerAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a proxy changes of the settings. */
class CoverTest {
    private static final Hiding PROXY =
            new Hiding(Optional.of(new HostPort("127.0.0.1", 9050)), Optional.empty(), Optional.empty());
    private static final Hiding SERVICE =
            new Hiding(PROXY.proxy(), Optional.of(new HostPort("127.0.0.1", 9051)), Optional.empty());
    private static final PeerAddress ONION = PeerAddress.parse(OnionName.of(new byte[32]) + ":5302");
    private static final NetworkConfig CLEAR = NetworkConfig.onLoopback();

    @Test
    void without_one_nothing_changes() {
        Cover cover = new Cover(CLEAR, AddressPolicy.LOOPBACK, List.of());

        assertThat(cover.proxy()).isNull();
        assertThat(cover.bind()).isNotNull();
        assertThat(cover.datagrams()).isTrue();
    }

    @Test
    void behind_a_proxy_only_an_onion_service_listens() {
        NetworkConfig behind = CLEAR.withHiding(PROXY);

        assertThat(new Cover(behind, AddressPolicy.PUBLIC, List.of()).bind()).isNull();
        assertThat(new Cover(behind, AddressPolicy.PUBLIC, List.of(ONION)).bind())
                .isNotNull();
        assertThat(new Cover(CLEAR.withHiding(SERVICE), AddressPolicy.PUBLIC, List.of()).bind())
                .isNotNull();
        assertThat(new Cover(behind, AddressPolicy.PUBLIC, List.of()).datagrams())
                .isFalse();
    }

    @Test
    void a_service_that_is_told_is_told_on() {
        Proxy proxy = new Cover(CLEAR.withHiding(PROXY), AddressPolicy.PUBLIC, List.of(ONION)).proxy();

        assertThat(proxy.onion().get()).contains(ONION);
        assertThat(new Cover(CLEAR.withHiding(SERVICE), AddressPolicy.PUBLIC, List.of())
                        .proxy()
                        .onion()
                        .get())
                .as("until the daemon has published it")
                .isEmpty();
    }

    @Test
    void nobody_has_the_proxy_call_its_neighbours() {
        List<PeerAddress> own = List.of(PeerAddress.parse("127.0.0.1:5302"));

        assertThat(Settings.policy(CLEAR, own)).isEqualTo(AddressPolicy.LOOPBACK);
        assertThat(Settings.policy(CLEAR.withHiding(PROXY), own)).isEqualTo(AddressPolicy.PUBLIC);
    }

    /** Four times what is taken for granted is a leg's time-out. */
    @Test
    void the_first_strangers_are_given_all_the_time_there_is() {
        long slowest = CLEAR.search().rpcTimeoutMillis() * 1_000_000L;

        assertThat(Settings.peering(CLEAR).unmeasuredNanos()).isEqualTo(RttWindow.UNMEASURED_NANOS);
        assertThat(4 * Settings.peering(CLEAR.withHiding(PROXY)).unmeasuredNanos())
                .isGreaterThanOrEqualTo(slowest);
    }
}
