package io.svcdht.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.config.ConfigReload.Applied;
import io.svcdht.node.config.ConfigReload.Change;
import io.svcdht.node.config.ConfigReload.Refused;
import io.svcdht.node.config.ConfigResult.Loaded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The last word stands: of an operator, or of the sources. */
class LiveSettingsTest {
    private final List<String> flags = new ArrayList<>(List.of("--log-level=warn"));
    private final LiveSettings settings = new LiveSettings(loaded(), this::load);
    private final List<String> told = new ArrayList<>();

    LiveSettingsTest() {
        settings.onChange((config, changes) -> changes.forEach(c -> told.add(c.toString())));
    }

    private ConfigResult load() {
        return ConfigLoader.load(Flags.parse(flags), Map.of());
    }

    private Loaded loaded() {
        return (Loaded) load();
    }

    private static ConfigKey<?> key(String name) {
        return ConfigTable.KEYS.stream()
                .filter(k -> k.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String level() {
        return settings.inForce().config().logLevel().name();
    }

    @Test
    void a_hot_key_is_set_by_hand_and_taken_back() {
        assertThat(settings.set(key("log_level"), "debug", "admin")).isInstanceOf(Applied.class);
        assertThat(level()).isEqualTo("DEBUG");
        assertThat(told).containsExactly("log_level: warn -> debug (console, by admin)");
        assertThat(settings.source(key("log_level"))).hasToString("console, by admin");
        assertThat(settings.byHand(key("log_level")))
                .hasValueSatisfying(b -> assertThat(b.elsewhere()).isEqualTo("warn"));
        settings.set(key("log_level"), "trace", "admin");
        assertThat(settings.byHand(key("log_level")).orElseThrow().elsewhere())
                .as("what the sources say, not what was set before")
                .isEqualTo("warn");
        settings.unset(key("log_level"));
        assertThat(level()).isEqualTo("WARN");
        assertThat(settings.byHand(key("log_level"))).isEmpty();
        assertThat(settings.source(key("log_level"))).hasToString("flag --log-level");
    }

    @Test
    void reload_keeps_what_was_set_by_hand_while_the_sources_say_the_same_and_says_so() {
        settings.set(key("log_level"), "debug", "admin");
        flags.add("--lenient-ids=false");
        LiveSettings.Reloaded reloaded = settings.reload();
        assertThat(level()).isEqualTo("DEBUG");
        assertThat(settings.inForce().config().lenientIds())
                .as("the rest is reloaded")
                .isFalse();
        assertThat(reloaded.kept()).containsOnlyKeys("log_level");
        assertThat(reloaded.overtaken()).isEmpty();
        assertThat(settings.source(key("log_level"))).hasToString("console, by admin");
    }

    @Test
    void reload_takes_what_the_sources_say_anew_and_says_so() {
        settings.set(key("log_level"), "debug", "admin");
        flags.set(0, "--log-level=error");
        told.clear();
        LiveSettings.Reloaded reloaded = settings.reload();
        assertThat(level()).isEqualTo("ERROR");
        assertThat(reloaded.kept()).isEmpty();
        assertThat(reloaded.overtaken()).containsExactly("log_level");
        assertThat(told).containsExactly("log_level: debug -> error (flag --log-level)");
        assertThat(settings.byHand(key("log_level"))).isEmpty();
        flags.set(0, "--log-level=warn");
        settings.reload();
        assertThat(level()).as("it is forgotten for good").isEqualTo("WARN");
    }

    @Test
    void reload_with_a_mistake_changes_nothing() {
        settings.set(key("log_level"), "debug", "admin");
        flags.set(0, "--log-level=loud");
        LiveSettings.Reloaded reloaded = settings.reload();
        assertThat(reloaded.result()).isInstanceOf(Refused.class);
        assertThat(reloaded.kept()).containsOnlyKeys("log_level");
        assertThat(level()).isEqualTo("DEBUG");
    }

    @Test
    void what_cannot_be_set_by_hand_is_refused_with_a_reason() {
        told.clear();
        for (String[] no : new String[][] {
            {"data_dir", "elsewhere", "takes effect at the start only"},
            {"console_read_only", "true", "could not be taken back"},
            {"log_level", "loud", "is none of"},
            {"ttl_max_secs", "60", "ttl_secs = 600 is above"}
        }) {
            ConfigReload result = settings.set(key(no[0]), no[1], "admin");
            assertThat(result).as(no[0]).isInstanceOf(Refused.class);
            assertThat(((Refused) result).problems().getFirst().toString())
                    .contains(no[0])
                    .contains(no[2]);
        }
        assertThat(told).isEmpty();
        assertThat(settings.inForce()).isEqualTo(loaded());
    }

    @Test
    void a_look_does_nothing_and_the_same_value_is_no_change() {
        Applied look = (Applied) settings.look(key("log_level"), "debug", "admin");
        assertThat(look.changes().stream().map(Change::to)).containsExactly("debug");
        assertThat(level()).isEqualTo("WARN");
        assertThat(((Applied) settings.set(key("log_level"), "warn", "admin")).changes())
                .isEmpty();
        assertThat(settings.byHand(key("log_level"))).isEmpty();
        assertThat(told).isEmpty();
    }

    @Test
    void every_hot_value_can_be_set_to_what_it_is() {
        for (ConfigKey<?> key : ConfigTable.KEYS) {
            if (LiveSettings.notByHand(key).isEmpty()) {
                String value = key.format(settings.inForce().config());
                assertThat(settings.look(key, value, "admin"))
                        .as("%s = \"%s\"", key.name(), value)
                        .isInstanceOf(Applied.class);
            }
        }
    }
}
