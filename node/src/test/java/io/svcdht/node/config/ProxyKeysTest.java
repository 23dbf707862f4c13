package io.svcdht.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.config.ConfigKey.Surroundings;
import io.svcdht.node.config.ConfigResult.Invalid;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.NodeConfig.Profile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that would lead around the proxy are mistakes, and each says so. */
class ProxyKeysTest {
    private static final String ONION = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";
    private static final String PROXY = "--proxy=socks5://127.0.0.1:9050";

    private static ConfigResult load(String... flags) {
        return ConfigLoader.load(
                Flags.parse(List.of(flags)), Map.of(), new Surroundings(Profile.MACRONODE, 1 << 30, false));
    }

    private static String problem(String... flags) {
        ConfigResult result = load(flags);
        assertThat(result).isInstanceOf(Invalid.class);
        assertThat(((Invalid) result).problems()).hasSize(1);
        return ((Invalid) result).problems().getFirst().toString();
    }

    private static NetworkConfig network(String... flags) {
        ConfigResult result = load(flags);
        assertThat(result).as(result.toString()).isInstanceOf(Loaded.class);
        return ((Loaded) result).config().network();
    }

    @Test
    void a_proxy_turns_datagrams_off() {
        assertThat(network().connections().datagrams()).isTrue();
        NetworkConfig behind = network(PROXY, "--datagrams=true");
        assertThat(behind.connections().datagrams()).isFalse();
        assertThat(behind.hiding().proxy()).contains(new HostPort("127.0.0.1", 9050));
        assertThat(network("--proxy=none").hiding().proxy()).isEmpty();
        assertThat(network("--proxy=socks5://localhost:9050").hiding().proxy())
                .contains(new HostPort("127.0.0.1", 9050));
        assertThat(network("--proxy=socks5://[::1]:9050").hiding().proxy()).contains(new HostPort("::1", 9050));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:9050",
                "socks4://127.0.0.1:9050",
                "socks5://tor:9050",
                "socks5://127.0.0.1:0",
                "socks5://127.0.0.1",
                "socks5://u:p@127.0.0.1:9050",
                ""
            })
    void a_proxy_is_written_in_one_way(String text) {
        assertThat(problem("--proxy=" + text)).contains("proxy");
    }

    @ParameterizedTest
    @CsvSource({
        "--peer-bind=0.0.0.0:5302;--advertise=" + ONION + ":5302, listens beside the proxy",
        "--peer-bind=192.168.0.7:5302, listens beside the proxy",
        "--peer-bind=localhost:5302, listens beside the proxy",
        "--advertise=198.51.100.7:5302, tells where this node is",
        "--otlp-endpoint=http://collector:4318, goes around the proxy",
        "--otlp-endpoint=http://192.0.2.9:4318, goes around the proxy",
        "--kafka-servers=broker:9092, goes around the proxy",
        "--bus-cluster=127.0.0.1:7;--bus-cluster-members=localhost:8, goes around the proxy"
    })
    void what_leads_around_the_proxy_is_refused(String flags, String said) {
        String[] all = (PROXY + ";" + flags).split(";");
        assertThat(problem(all)).contains(said);
    }

    @Test
    void beside_a_proxy_loopback_and_onion_services_go() {
        NetworkConfig c = network(
                PROXY,
                "--peer-bind=127.0.0.1:5302",
                "--advertise=" + ONION + ":5302",
                "--seeds=" + ONION + ":5302,seed.example.org:5302",
                "--otlp-endpoint=http://[::1]:4318",
                "--tor-control=127.0.0.1:9051");
        assertThat(c.hiding().torControl()).contains(new HostPort("127.0.0.1", 9051));
    }

    @Test
    void onion_services_need_a_proxy_and_no_slip() {
        String slip = ONION.replaceFirst("2", "3");
        assertThat(problem("--seeds=" + ONION + ":5302")).contains("only a proxy leads to");
        assertThat(problem(PROXY, "--seeds=" + slip + ":5302")).contains("mistyped");
        assertThat(problem("--advertise=" + slip + ":5302")).contains("mistyped");
        assertThat(network("--advertise=" + ONION + ":5302").advertise()).hasSize(1);
    }

    @Test
    void a_control_port_needs_a_proxy_and_somewhere_to_lead() {
        assertThat(problem("--tor-control=127.0.0.1:9051")).contains("tor_control needs proxy");
        assertThat(problem(PROXY, "--tor-control=tor:9051")).contains("numerical");
        assertThat(problem(PROXY, "--tor-control=127.0.0.1:9051", "--peer-bind=none"))
                .contains("lead nowhere");
        assertThat(problem(PROXY, "--tor-control-password-file=/nowhere/at/all"))
                .contains("cannot be read");
    }
}
