package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Brokers mostly want a login: the runtime of the image has what Kafka's client makes one with, whatever its way. */
final class KafkaLoginTest {
    private static final int MEMORY_MIB = 512;

    @TempDir
    Path temporary;

    @BeforeAll
    static void sweep() {
        Engine.sweep();
    }

    /** Nobody answers there, which is found out only once a client was made. */
    @ParameterizedTest
    @CsvSource({
        "PLAIN, plain.PlainLoginModule",
        "SCRAM-SHA-512, scram.ScramLoginModule",
    })
    void the_image_can_log_in(String mechanism, String module) throws Exception {
        Path properties = Files.writeString(temporary.resolve("kafka.properties"), """
                security.protocol=SASL_SSL
                sasl.mechanism=%s
                sasl.jaas.config=org.apache.kafka.common.security.%s required username="node" password="secret";
                """.formatted(mechanism, module));
        Files.setPosixFilePermissions(properties, PosixFilePermissions.fromString("rw-r--r--"));
        String data = Engine.volume();
        String id = Engine.create(
                Engine.hardened(
                        MEMORY_MIB,
                        List.of(
                                new Bind(data, new Volume("/data")),
                                bound(Path.of(System.getProperty("svcdht.kafka.lib")), "/app/lib/kafka"),
                                bound(properties, "/kafka.properties"))),
                Map.of(
                        "DHT_DISK_RESERVE", "4MiB",
                        "DHT_LOG_FORMAT", "text",
                        "DHT_KAFKA_SHIP", "journal",
                        "DHT_KAFKA_SERVERS", "127.0.0.1:9",
                        "DHT_KAFKA_PROPERTIES", "/kafka.properties"),
                "run");
        try {
            Engine.client().startContainerCmd(id).exec();
            Awaitility.await("how shipping goes")
                    .atMost(Engine.PATIENCE)
                    .until(() -> !Engine.isRunning(id)
                            || Engine.log(id).contains("Kafka is away")
                            || Engine.log(id).contains("Nothing is shipped"));
            assertThat(Engine.log(id)).contains("Kafka is away, the journal keeps what is to be shipped");
        } finally {
            Engine.remove(id);
            Engine.removeVolume(data);
        }
    }

    private static Bind bound(Path from, String to) {
        return new Bind(from.toAbsolutePath().normalize().toString(), new Volume(to), AccessMode.ro);
    }
}
