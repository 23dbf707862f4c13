package io.svcdht.node.amnesia;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JvmFlagsTest {
    private static final List<String> AS_LAUNCHED = List.of(
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:+ErrorFileToStderr",
            "-Xlog:aot=off",
            "-Xlog:gc:stderr",
            "-XX:AOTCache=svc-dht.aot",
            "-XX:+DisableAttachMechanism",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:-HeapDumpOnOutOfMemoryError",
            "-Xms64m");

    private static List<String> with(String flag) {
        List<String> flags = new ArrayList<>(AS_LAUNCHED);
        flags.add(flag);
        return flags;
    }

    @Test
    void what_the_launcher_sets_is_enough() {
        assertThat(JvmFlags.problems(AS_LAUNCHED, Map.of("PATH", "/bin", "JAVA_TOOL_OPTIONS", "")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:-UsePerfData",
                "-XX:+ErrorFileToStderr",
                "-XX:+DisableAttachMechanism",
                "-XX:-CreateCoredumpOnCrash"
            })
    void each_flag_is_missed_and_the_last_word_counts(String flag) {
        List<String> without = new ArrayList<>(AS_LAUNCHED);
        without.remove(flag);
        String opposite = flag.startsWith("-XX:+") ? flag.replace("-XX:+", "-XX:-") : flag.replace("-XX:-", "-XX:+");
        for (List<String> flags : List.of(without, with(opposite))) {
            assertThat(JvmFlags.problems(flags, Map.of())).singleElement().satisfies(p -> assertThat(p)
                    .startsWith(flag + " is missing"));
        }
        List<String> twice = with(opposite);
        twice.add(flag);
        assertThat(JvmFlags.problems(twice, Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:+HeapDumpOnOutOfMemoryError",
                "-XX:AOTCacheOutput=x",
                "-XX:StartFlightRecording",
                "-XX:StartFlightRecording:filename=x",
                "-Xlog:gc:file=x",
                "-Xlog:gc*:x.log:time",
                "-Xloggc:x",
                "-javaagent:x.jar",
                "-agentlib:jdwp=server=y",
                "-XX:Flags=.hotspotrc",
                "@flags"
            })
    void what_would_write_must_go(String flag) {
        assertThat(JvmFlags.problems(with(flag), Map.of())).singleElement().satisfies(p -> assertThat(p)
                .startsWith(flag + " must go"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"})
    void variables_that_change_flags_must_go(String variable) {
        assertThat(JvmFlags.problems(AS_LAUNCHED, Map.of(variable, "-XX:+UsePerfData")))
                .singleElement()
                .satisfies(p -> assertThat(p).contains(variable));
    }
}
