package io.svcdht.console.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
    @Test
    void a_line_carries_message_context_and_stack() throws Exception {
        LoggerContext context = new LoggerContext();
        LoggingEvent event = new LoggingEvent(
                "x",
                context.getLogger("io.svcdht.Some"),
                Level.WARN,
                "a \"{}\"\nb",
                new IllegalStateException("bad"),
                new Object[] {5});
        event.setMDCPropertyMap(Map.of("lookup_id", "0190", "corr_id", "c7"));
        event.setThreadName("t");
        JsonLines lines = new JsonLines();
        lines.start();
        String line = new String(lines.encode(event), StandardCharsets.UTF_8);
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(json.get("level").asText()).isEqualTo("warn");
        assertThat(json.get("message").asText()).isEqualTo("a \"5\"\nb");
        assertThat(json.get("lookup_id").asText()).isEqualTo("0190");
        assertThat(json.get("corr_id").asText()).isEqualTo("c7");
        assertThat(json.get("error").asText()).contains("IllegalStateException: bad");
        assertThat(json.get("at").asText()).endsWith("Z");
    }
}
