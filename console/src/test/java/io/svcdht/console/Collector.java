package io.svcdht.console;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** A collector of traces: an endpoint of OTLP over HTTP that keeps what it is sent. */
final class Collector implements AutoCloseable {
    /** A span and whose it is. */
    record Received(String service, String node, Span span) {
        String traceId() {
            return HexFormat.of().formatHex(span.getTraceId().toByteArray());
        }

        String id() {
            return HexFormat.of().formatHex(span.getSpanId().toByteArray());
        }

        String parent() {
            return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
        }

        String attribute(String key) {
            return span.getAttributesList().stream()
                    .filter(a -> a.getKey().equals(key))
                    .map(a -> a.getValue().hasStringValue()
                            ? a.getValue().getStringValue()
                            : Long.toString(a.getValue().getIntValue()))
                    .findFirst()
                    .orElse("");
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Received> spans = new CopyOnWriteArrayList<>();
    private volatile int status = 200;

    Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/traces", exchange -> {
            InputStream body = exchange.getRequestBody();
            boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            take(ExportTraceServiceRequest.parseFrom(zipped ? new GZIPInputStream(body) : body));
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    private void take(ExportTraceServiceRequest request) {
        request.getResourceSpansList().forEach(r -> {
            String service = resource(r.getResource(), "service.name");
            String node = resource(r.getResource(), "service.instance.id");
            r.getScopeSpansList().forEach(scope -> scope.getSpansList()
                    .forEach(span -> spans.add(new Received(service, node, span))));
        });
    }

    private static String resource(io.opentelemetry.proto.resource.v1.Resource resource, String key) {
        return resource.getAttributesList().stream()
                .filter(a -> a.getKey().equals(key))
                .map(a -> a.getValue().getStringValue())
                .findFirst()
                .orElse("");
    }

    /** From now on it answers so. */
    void answers(int newStatus) {
        status = newStatus;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Received> spans() {
        return spans;
    }

    Optional<Received> find(String traceId, String name, Span.SpanKind kind) {
        return spans.stream()
                .filter(s -> s.traceId().equals(traceId)
                        && s.span().getName().equals(name)
                        && s.span().getKind() == kind)
                .findFirst();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
