package io.svcdht.node.otel;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** Says in our own log, and seldom, that spans do not arrive; what the library would say goes elsewhere. */
final class ToldExporter implements SpanExporter {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(ToldExporter.class);
    private static final long SELDOM_NANOS = 60_000_000_000L;
    /** Held, for a logger nobody holds forgets its level. */
    private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");

    private final SpanExporter exporter;
    private final URI endpoint;
    private final Runnable failed;
    private final AtomicLong toldNanos = new AtomicLong(System.nanoTime() - SELDOM_NANOS);

    ToldExporter(SpanExporter exporter, URI endpoint, Runnable failed) {
        this.exporter = exporter;
        this.endpoint = endpoint;
        this.failed = failed;
        LIBRARY.setLevel(Level.OFF);
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(() -> {
            if (!result.isSuccess()) {
                failed.run();
                tell(count, result.getFailureThrowable());
            }
        });
    }

    private void tell(int count, @org.jspecify.annotations.Nullable Throwable why) {
        long now = System.nanoTime();
        long last = toldNanos.get();
        if (now - last >= SELDOM_NANOS && toldNanos.compareAndSet(last, now)) {
            LOG.warn(
                    "{} spans did not arrive at otlp_endpoint = {}, which is said once a minute: {}",
                    count,
                    endpoint,
                    why == null ? "it refused them" : why.toString());
        }
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
