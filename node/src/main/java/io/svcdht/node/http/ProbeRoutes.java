package io.svcdht.node.http;

import io.svcdht.node.BuildInfo;
import io.svcdht.node.Node;
import io.svcdht.node.Node.Status;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/** Is it alive, is it ready, what is it, and how much has it done. */
final class ProbeRoutes {
    private static final String SERVICE = "svc-dht";
    private static final int RETRY_AFTER_SECONDS = 1;
    private static final CharSequence OPEN_METRICS =
            HttpHeaders.createOptimized("application/openmetrics-text; version=1.0.0; charset=utf-8");
    private static final CharSequence PROMETHEUS =
            HttpHeaders.createOptimized("text/plain; version=0.0.4; charset=utf-8");

    private ProbeRoutes() {}

    /** {@code GET /healthz}: the process answers; a node that starts is alive. */
    static void health(Exchange x) {
        boolean starting = x.node().status().readiness() == Readiness.BOOTING;
        x.text(200, starting ? "starting" : "ok");
    }

    /** {@code GET /readyz}: whether writes are taken. */
    static void ready(Exchange x) {
        Status status = x.node().status();
        int code = status.ready() ? 200 : 503;
        if (code == 503) {
            x.request().response().putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(RETRY_AFTER_SECONDS));
        }
        if (!x.accepts("application/json")) {
            String text =
                    switch (status.readiness()) {
                        case READY -> "ready";
                        case BOOTING -> "booting";
                        case DEGRADED -> "degraded";
                    };
            x.text(code, text);
            return;
        }
        x.json(code, Exchange.bytes(g -> {
            g.writeStartObject();
            g.writeStringField("service", SERVICE);
            g.writeBooleanField("degraded", !status.ready());
            g.writeArrayFieldStart("missing");
            if (!status.ready()) {
                g.writeString(status.readinessReason());
            }
            g.writeEndArray();
            if (!status.ready()) {
                g.writeNumberField("retry_after", RETRY_AFTER_SECONDS);
            }
            g.writeEndObject();
        }));
    }

    /** {@code GET /version} */
    static void version(Exchange x, List<String> addresses) {
        BuildInfo build = x.node().build();
        x.json(g -> {
            g.writeStartObject();
            g.writeStringField("service", SERVICE);
            g.writeStringField("version", build.version());
            g.writeStringField("git", build.git());
            g.writeStringField("built", build.built());
            g.writeStringField("java", Runtime.version().toString());
            g.writeArrayFieldStart("features");
            for (String feature : features(x.node())) {
                g.writeString(feature);
            }
            g.writeEndArray();
            g.writeArrayFieldStart("addresses");
            for (String address : addresses) {
                g.writeString(address);
            }
            g.writeEndArray();
            String enr =
                    x.node().network().map(n -> n.discovery().status().record()).orElse("");
            if (!enr.isEmpty()) {
                g.writeStringField("enr", enr);
            }
            g.writeEndObject();
        });
    }

    private static List<String> features(Node node) {
        NodeConfig config = node.config();
        List<String> features = new ArrayList<>();
        features.add(config.amnesia() ? "amnesia" : "journal");
        if (node.untouchedJournal().isPresent()) {
            features.add("journal-untouched");
        }
        if (config.lenientIds()) {
            features.add("lenient_ids");
        }
        node.network()
                .ifPresent(n -> features.add(n.standing().guard().asns().isEmpty() ? "asn-by-prefix" : "asn-by-file"));
        node.network().ifPresent(n -> features.addAll(n.features()));
        if (config.discovery().discv5()) {
            features.add("discv5");
        }
        return features;
    }

    /** {@code GET /metrics} */
    static void metrics(Exchange x) {
        if (x.accepts("application/openmetrics-text")) {
            x.blocking(() -> x.loop().metrics().scrapeWithExemplars(), text -> {
                if (text.isPresent()) {
                    x.end(200, OPEN_METRICS, Buffer.buffer(text.get()));
                } else {
                    plain(x);
                }
            });
        } else {
            plain(x);
        }
    }

    private static void plain(Exchange x) {
        x.blocking(() -> x.loop().metrics().scrape(), text -> x.end(200, PROMETHEUS, Buffer.buffer(text)));
    }
}
