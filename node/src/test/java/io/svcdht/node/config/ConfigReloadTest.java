package io.svcdht.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.config.ConfigKey.Surroundings;
import io.svcdht.node.config.ConfigReload.Applied;
import io.svcdht.node.config.ConfigReload.Change;
import io.svcdht.node.config.ConfigReload.Refused;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.NodeConfig.Profile;
import io.svcdht.node.config.NodeConfig.Sync;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReloadTest {
    @TempDir
    Path dir;

    @Test
    void hot_keys_change_and_fixed_ones_wait() {
        Loaded old = (Loaded) load("--ttl-secs=60", "--sync=group");
        Applied applied = (Applied) ConfigReload.diff(old, load("--ttl-secs=90", "--sync=always"));
        assertThat(applied.changes())
                .containsExactly(new Change("ttl_secs", "60", "90", new Source.Flag("--ttl-secs")));
        assertThat(applied.needRestart())
                .containsExactly(new Change("sync", "group", "always", new Source.Flag("--sync")));
        assertThat(applied.loaded().config().ttlSeconds()).isEqualTo(90);
        assertThat(applied.loaded().config().sync()).isEqualTo(Sync.GROUP);
    }

    @Test
    void nothing_new_is_nothing() {
        Loaded old = (Loaded) load("--ttl-secs=60");
        Applied applied = (Applied) ConfigReload.diff(old, load("--ttl-secs=60"));
        assertThat(applied.changes()).isEmpty();
        assertThat(applied.needRestart()).isEmpty();
        assertThat(applied.loaded().config()).isEqualTo(old.config());
    }

    @Test
    void what_is_wrong_changes_nothing() {
        Loaded old = (Loaded) load();
        assertThat(ConfigReload.diff(old, load("--ttl-secs=0"))).isInstanceOf(Refused.class);
    }

    /** The sources may be right for the next start and still be wrong for the socket that is open. */
    @Test
    void an_open_bind_keeps_its_tokens() throws Exception {
        Path tokens = dir.resolve("tokens");
        Files.writeString(tokens, TokenFile.line(Role.ADMIN, "secret"));
        Files.setPosixFilePermissions(tokens, PosixFilePermissions.fromString("rw-------"));
        Loaded old = (Loaded) load("--admin-bind=0.0.0.0:1", "--admin-token-file=" + tokens);
        Applied applied = (Applied) ConfigReload.diff(old, load("--admin-bind=127.0.0.1:1"));
        assertThat(applied.loaded().config().adminTokenFile()).contains(tokens);
        assertThat(applied.needRestart()).extracting(Change::key).containsExactly("admin_bind", "admin_token_file");
        Files.writeString(tokens, "nonsense");
        assertThat(ConfigReload.diff(old, load("--admin-bind=127.0.0.1:1"))).isInstanceOf(Refused.class);
    }

    private static ConfigResult load(String... args) {
        return ConfigLoader.load(
                Flags.parse(List.of(args)), Map.of(), new Surroundings(Profile.MACRONODE, 1 << 30, false));
    }
}
