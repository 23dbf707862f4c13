package io.svcdht.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.config.ConfigResult.Invalid;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.NodeConfig.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FleetKeysTest {
    private static ConfigResult load(String... flags) {
        return ConfigLoader.load(Flags.parse(List.of(flags)), Map.of());
    }

    @Test
    void all_keys_arrive() {
        assertThat(((Loaded) load()).config().fleet()).isEqualTo(FleetConfig.DEFAULT);
        assertThat(((Loaded) load(
                                "--fleet-bind=[::1]:7",
                                "--fleet-dir=/x",
                                "--fleet-retention-days=3",
                                "--fleet-retention-bytes=100000000"))
                        .config()
                        .fleet())
                .isEqualTo(new FleetConfig(new HostPort("::1", 7), Optional.of(Path.of("/x")), 3, 100_000_000));
    }

    @Test
    void nobody_looks_from_elsewhere_without_a_token() {
        assertThat(((Invalid) load("--fleet-bind=10.0.0.7:5390")).problems())
                .singleElement()
                .asString()
                .contains("fleet_bind = 10.0.0.7:5390 can be reached by others, so admin_token_file must be set");
    }
}
