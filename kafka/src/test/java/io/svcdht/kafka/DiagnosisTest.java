package io.svcdht.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.svcdht.node.Shipping.Trouble;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.config.KafkaConfig.Ship;
import io.svcdht.node.config.KafkaConfig.Store;
import io.svcdht.node.config.KafkaConfig.Topics;
import io.svcdht.node.config.NodeConfig.HostPort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnosisTest {
    @TempDir
    Path temp;

    private Throwable failure(String properties) throws Exception {
        KafkaConfig config = new KafkaConfig(
                List.of(new HostPort("127.0.0.1", 1)),
                "svc-dht",
                Optional.of(Files.writeString(temp.resolve("kafka.properties"), properties)),
                Ship.JOURNAL,
                Topics.DEFAULT,
                Store.CHRONICLE);
        return catchThrowable(() -> new TopicSetup(new ClientSettings(config), config).close());
    }

    /** Kafka tells the word at which it stopped, and that may be half a password. */
    @Test
    void a_login_that_cannot_be_read_is_not_told() throws Exception {
        Throwable e = failure("""
            security.protocol=SASL_PLAINTEXT
            sasl.mechanism=PLAIN
            sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username=a password=geheim nis;
            """);

        assertThat(Diagnosis.of(e).trouble()).isEqualTo(Trouble.SETTINGS);
        assertThat(Diagnosis.of(e).sentence()).contains("sasl.jaas.config in kafka_properties cannot be read");
        for (Throwable t = e; t != null; t = t.getCause()) {
            assertThat(t.toString()).doesNotContain("nis");
        }
    }

    @Test
    void settings_that_cannot_be_right_are_told_with_their_reason() throws Exception {
        Throwable e = failure("""
            security.protocol=SSL
            ssl.truststore.type=PEM
            ssl.truststore.location=/nowhere/ca.pem
            """);

        Diagnosis d = Diagnosis.of(e);
        assertThat(d.trouble()).isEqualTo(Trouble.SETTINGS);
        assertThat(d.sentence()).contains("kafka_properties", "/nowhere/ca.pem");
        assertThat(d.isForSomebody()).isTrue();
    }

    @Test
    void the_cause_is_found_wherever_it_is() {
        KafkaException wrapped =
                new KafkaException(new ExecutionException(new SaslAuthenticationException("no such user")));
        assertThat(Diagnosis.of(wrapped).trouble()).isEqualTo(Trouble.AUTHENTICATION);
        assertThat(Diagnosis.of(wrapped).sentence()).endsWith(": no such user");
        assertThat(Diagnosis.of(wrapped).isForSomebody()).isTrue();

        SslAuthenticationException tls = new SslAuthenticationException(
                "SSL handshake failed",
                new IllegalStateException("outer", new IllegalStateException("unknown authority")));
        assertThat(Diagnosis.of(tls).trouble()).isEqualTo(Trouble.TLS);
        assertThat(Diagnosis.of(tls).sentence()).endsWith(": unknown authority");

        assertThat(Diagnosis.of(new TopicAuthorizationException("not yours")).trouble())
                .isEqualTo(Trouble.AUTHORIZATION);
        assertThat(Diagnosis.of(new TimeoutException("too late"))).isEqualTo(new Diagnosis(Trouble.AWAY, "too late"));
        assertThat(Diagnosis.of(new TimeoutException("too late")).isForSomebody())
                .isFalse();
        assertThat(Diagnosis.of(new IllegalStateException("what is this")).trouble())
                .isEqualTo(Trouble.OTHER);
    }
}
