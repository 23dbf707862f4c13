package io.svcdht.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.extra.OptionalJars;
import io.svcdht.node.shipping.JournalShipping;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaKeysTest {
    private static ConfigResult load(String... flags) {
        return ConfigLoader.load(Flags.parse(List.of(flags)), Map.of());
    }

    private static List<String> problems(String... flags) {
        return ((ConfigResult.Invalid) load(flags))
                .problems().stream().map(Problem::toString).toList();
    }

    @Test
    void nothing_is_shipped_unless_somebody_asks() {
        assertThat(((Loaded) load()).config().kafka()).isEqualTo(KafkaConfig.OFF);
        assertThat(KafkaConfig.OFF.wanted()).isFalse();
    }

    @Test
    void all_keys_arrive() {
        KafkaConfig kafka = ((Loaded) load(
                        "--kafka-ship=all",
                        "--kafka-servers=a:1,b:2",
                        "--kafka-prefix=fleet-7",
                        "--kafka-create-topics=false",
                        "--kafka-partitions=3",
                        "--kafka-replication=2"))
                .config()
                .kafka();

        assertThat(kafka.ship()).isEqualTo(KafkaConfig.Ship.ALL);
        assertThat(kafka.servers()).containsExactly(new HostPort("a", 1), new HostPort("b", 2));
        assertThat(kafka.prefix()).isEqualTo("fleet-7");
        assertThat(kafka.topics()).isEqualTo(new KafkaConfig.Topics(false, 3, 2));
        assertThat(kafka.wanted()).isTrue();
    }

    @Test
    void amnesia_keeps_nothing_on_brokers_either() {
        assertThat(problems("--amnesia", "--kafka-ship=journal", "--kafka-servers=a:1"))
                .singleElement()
                .asString()
                .contains("kafka_ship keeps events on brokers, which amnesia forbids");
        assertThat(problems("--amnesia", "--journal=kafka", "--kafka-servers=a:1"))
                .singleElement()
                .asString()
                .contains("journal = kafka keeps events on brokers, which amnesia forbids");
    }

    @Test
    void what_is_wrong_is_named_with_its_key() {
        assertThat(problems("--kafka-ship=journal"))
                .singleElement()
                .asString()
                .contains("kafka_ship needs kafka_servers");
        assertThat(problems(
                        "--kafka-properties=" + Path.of("nowhere.properties").toAbsolutePath()))
                .singleElement()
                .asString()
                .contains("kafka_properties", "cannot be read");
        for (String prefix : List.of("", ".hidden", "a/b", "ä", "x".repeat(201))) {
            assertThat(problems("--kafka-prefix=" + prefix))
                    .as(prefix)
                    .singleElement()
                    .asString()
                    .contains("kafka_prefix");
        }
    }

    @Test
    void without_its_jars_the_module_is_missed_with_a_sentence() {
        assertThatThrownBy(() -> OptionalJars.find(JournalShipping.class, JournalShipping.MODULE, "kafka_ship"))
                .isInstanceOf(OptionalJars.Missing.class)
                .hasMessageContaining("kafka_ship needs the kafka module; put its jars into")
                .hasMessageContaining("kafka");
    }
}
