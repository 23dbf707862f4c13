package io.svcdht.console.log;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.node.view.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object a line: {@code at level logger thread message}, then what the diagnostic context and the call
 * carry ({@code lookup_id}, {@code corr_id} …), then {@code error} with the stack.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};

    private final ThrowableProxyConverter stack = new ThrowableProxyConverter();

    @Override
    public void start() {
        stack.start();
        super.start();
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return (Json.text(g -> write(g, event)) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    private void write(JsonGenerator g, ILoggingEvent event) throws IOException {
        g.writeStartObject();
        g.writeStringField("at", Json.instant(event.getTimeStamp()));
        g.writeStringField("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
        g.writeStringField("logger", event.getLoggerName());
        g.writeStringField("thread", event.getThreadName());
        g.writeStringField("message", event.getFormattedMessage());
        for (Map.Entry<String, String> e : event.getMDCPropertyMap().entrySet()) {
            g.writeStringField(e.getKey(), e.getValue());
        }
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                g.writeStringField(pair.key, String.valueOf(pair.value));
            }
        }
        if (event.getThrowableProxy() != null) {
            g.writeStringField("error", stack.convert(event));
        }
        g.writeEndObject();
    }
}
