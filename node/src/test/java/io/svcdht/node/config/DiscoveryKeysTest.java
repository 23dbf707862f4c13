package io.svcdht.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.discovery.Discv5;
import io.svcdht.node.extra.OptionalJars;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryKeysTest {
    private static ConfigResult load(String... flags) {
        return ConfigLoader.load(Flags.parse(List.of(flags)), Map.of());
    }

    private static List<String> problems(String... flags) {
        return ((ConfigResult.Invalid) load(flags))
                .problems().stream().map(Problem::toString).toList();
    }

    @Test
    void nobody_is_looked_for_by_discv5_unless_somebody_asks() {
        assertThat(((Loaded) load()).config().discovery()).isEqualTo(DiscoveryConfig.OFF);
        assertThat(DiscoveryConfig.OFF.discv5()).isFalse();
        assertThat(DiscoveryConfig.OFF.bind()).isEqualTo(new HostPort("127.0.0.1", 5303));
    }

    @Test
    void all_keys_arrive() {
        assertThat(((Loaded) load("--discv5=true", "--discv5-bind=[::1]:9000", "--discv5-boot=enr:-abc,enr:-abd"))
                        .config()
                        .discovery())
                .isEqualTo(new DiscoveryConfig(true, new HostPort("::1", 9000), List.of("enr:-abc", "enr:-abd")));
    }

    @Test
    void it_does_not_go_around_a_proxy() {
        assertThat(problems("--discv5=true", "--proxy=socks5://127.0.0.1:9050"))
                .singleElement()
                .asString()
                .contains("discv5 = true sends datagrams around the proxy");
    }

    @Test
    void addresses_are_numbers() {
        assertThat(problems("--discv5=true", "--discv5-bind=localhost:5303"))
                .singleElement()
                .asString()
                .contains("discv5_bind = localhost:5303 must be a numerical address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"enr:", "enode:abc", "enr:%", "enr:-abc,", "enr:-abc, enr:-abd"})
    void what_is_no_record_is_named(String text) {
        assertThat(problems("--discv5-boot=" + text)).singleElement().asString().contains("is no ENR");
    }

    @Test
    void a_record_is_no_longer_than_records_are() {
        assertThat(load("--discv5-boot=enr:" + "A".repeat(400))).isInstanceOf(Loaded.class);
        assertThat(load("--discv5-boot=enr:" + "A".repeat(404))).isInstanceOf(ConfigResult.Invalid.class);
    }

    @Test
    void without_its_jars_the_sentence_says_where_they_belong() {
        assertThatThrownBy(() -> OptionalJars.findApart(Discv5.class, Discv5.MODULE, "discv5", List.of()))
                .isInstanceOf(OptionalJars.Missing.class)
                .hasMessageContaining("discv5 needs the discovery module; put its jars into ");
    }
}
