package io.svcdht.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.node.Network;
import io.svcdht.node.Node;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.view.Json;
import io.svcdht.node.view.TraceJson;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.StoredRecord;
import io.svcdht.storage.trace.LookupRecord;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Announcing, taking back, and what this node announces. */
final class ProvideRoutes {
    /** Parsing more than this is worker's work. */
    private static final int PARSE_ON_LOOP_CHARS_MAX = 64 << 10;

    private static final int DEADLINE_MILLIS_MAX = 60_000;

    private ProvideRoutes() {}

    /** {@code POST /dht/provide} */
    static void provide(Exchange x) {
        waitsForReplicas(x);
        Bodies.text(x, json -> {
            if (json.length() <= PARSE_ON_LOOP_CHARS_MAX) {
                submit(x, ProvideRequest.parse(json, x.node().config(), x.node().id()));
            } else {
                x.blocking(
                        () -> ProvideRequest.parse(
                                json, x.node().config(), x.node().id()),
                        r -> submit(x, r));
            }
        });
    }

    private static boolean waitsForReplicas(Exchange x) {
        if (x.request().query() == null) {
            return false;
        }
        Optional<String> wait = x.query().text("wait");
        if (wait.isPresent() && !wait.get().equals("replicated")) {
            throw ApiError.badRequest("wait knows only the value replicated");
        }
        deadline(x);
        if (x.query().flag("trace") && wait.isEmpty()) {
            throw ApiError.badRequest("trace needs wait=replicated: before that nobody has been looked for");
        }
        return wait.isPresent();
    }

    private static OptionalInt deadline(Exchange x) {
        return x.query().number("deadline_ms", 1, DEADLINE_MILLIS_MAX);
    }

    private static void submit(Exchange x, ProvideRequest r) {
        Waiting waiting = new Waiting(x, r.text());
        x.node().submit(new Input.Provide(r.cid(), r.locator(), r.addrs(), r.ttlSeconds(), waiting));
    }

    /** {@code DELETE /dht/provide?cid=&node=} */
    static void withdraw(Exchange x) {
        waitsForReplicas(x);
        String text = x.query().text("cid").orElseThrow(() -> ApiError.badRequest("the parameter cid is missing"));
        ContentId cid = ProvideRequest.cid(text, x.node().config());
        String locator = ProvideRequest.locator(
                x.query().text("node").orElse(null), x.node().id());
        x.node().submit(new Input.Withdraw(cid, locator, new Waiting(x, text.strip())));
    }

    /** A request that waits for the engine. */
    private static final class Waiting extends Loop.Delivery implements ReplyTo {
        private final Exchange x;
        private final String cid;
        private @Nullable Outcome outcome;

        Waiting(Exchange x, String cid) {
            this.x = x;
            this.cid = cid;
        }

        @Override
        public void reply(Outcome o) {
            outcome = o;
            x.loop().deliver(this);
        }

        @Override
        void deliver() {
            x.guard(() -> answer(x, cid, outcome));
        }
    }

    private static void answer(Exchange x, String cid, @Nullable Outcome outcome) {
        switch (outcome) {
            case Outcome.Provided p -> {
                x.loop().metrics().provided();
                withReplicas(x, p.position(), told -> provided(cid, p, told));
            }
            case Outcome.Withdrawn w -> {
                x.loop().metrics().withdrawn();
                withReplicas(x, w.position(), told -> withdrawn(cid, w, told));
            }
            case Outcome.Refused(ErrorCode code, String detail) -> x.fail(ApiError.of(code, detail));
            case Outcome.Forced f -> throw new IllegalStateException("a write was answered with " + f);
            case Outcome.Done d -> throw new IllegalStateException("a write was answered with " + d);
            case Outcome.Held h -> throw new IllegalStateException("a write was answered with " + h);
            case Outcome.Each e -> throw new IllegalStateException("one write was answered with " + e);
            case null -> throw new IllegalStateException("a write was answered with nothing");
        }
    }

    /** Answers at once, or when those who are to hold the word were told, if that was asked for. */
    private static void withReplicas(Exchange x, long position, Function<Told, Buffer> answer) {
        Network network = x.node().network().orElse(null);
        if (!waitsForReplicas(x)) {
            x.json(200, answer.apply(new Told(null, null)));
        } else if (network == null) {
            x.json(200, answer.apply(new Told(Network.Replicas.UNTOLD, null)));
        } else {
            NetworkRoutes.then(x, network.replicas(position, deadline(x)), r -> {
                UUID lookup = r.lookup();
                if (lookup == null || !x.query().flag("trace")) {
                    x.json(200, answer.apply(new Told(r, null)));
                } else {
                    x.blocking(
                            () -> x.node().traces().get(lookup),
                            trace -> x.json(200, answer.apply(new Told(r, trace.orElse(null)))));
                }
            });
        }
    }

    /**
     * What became of a word among others.
     *
     * @param replicas null = nobody waited for them
     * @param trace of the lookup of its holders; null = not asked for, or not kept
     */
    private record Told(
            Network.@Nullable Replicas replicas, @Nullable LookupRecord trace) {
        void write(JsonBytes out) {
            Network.Replicas r = replicas;
            if (r == null) {
                return;
            }
            out.name("replicas").value(r.holders());
            UUID lookup = r.lookup();
            LookupRecord t = trace;
            if (lookup != null) {
                out.name("lookup_id").plain(lookup.toString());
            }
            if (t != null) {
                out.name("trace").json(Json.text(g -> TraceJson.write(g, t)));
            }
        }
    }

    private static Buffer withdrawn(String cid, Outcome.Withdrawn w, Told told) {
        JsonBytes out = new JsonBytes(192)
                .beginObject()
                .name("ok")
                .value(true)
                .name("cid")
                .value(cid)
                .name("position")
                .value(w.position());
        told.write(out);
        return out.endObject().toBuffer();
    }

    private static Buffer provided(String cid, Outcome.Provided p, Told told) {
        JsonBytes out = new JsonBytes(256)
                .beginObject()
                .name("ok")
                .value(true)
                .name("ttl_secs_used")
                .value(p.ttlSeconds())
                .name("cid")
                .value(cid)
                .name("position")
                .value(p.position())
                .name("expires_at")
                .instant(p.expiresAtMillis());
        told.write(out);
        return out.endObject().toBuffer();
    }

    /** {@code GET /dht/provides} */
    static void provides(Exchange x) {
        Paging paging = Paging.of(x.query());
        x.blocking(() -> page(x, paging), body -> {
            paging.link(x, "/dht/provides", body.next());
            x.json(200, body.json());
        });
    }

    private static Paging.Page page(Exchange x, Paging paging) {
        long now = x.node().nowMillis();
        List<Holders> page = x.node().providers().publishedBy(x.node().id(), paging.after(), paging.limit() + 1);
        List<Holders> shown = paging.shown(page);
        Key next = paging.next(page);
        return new Paging.Page(
                Exchange.bytes(g -> {
                    g.writeStartObject();
                    g.writeArrayFieldStart("provides");
                    for (Holders holders : shown) {
                        for (StoredRecord r : holders) {
                            ProviderRecord p = r.record();
                            if (r.aliveAt(now)) {
                                g.writeStartObject();
                                g.writeStringField("cid", p.cid().text());
                                g.writeStringField("node", p.node());
                                g.writeArrayFieldStart("addrs");
                                for (String addr : p.addrs()) {
                                    g.writeString(addr);
                                }
                                g.writeEndArray();
                                g.writeNumberField("ttl_secs", p.ttlSeconds());
                                g.writeStringField("issued_at", Json.instant(p.issuedAtMillis()));
                                g.writeStringField("expires_at", Json.instant(r.endsAtMillis()));
                                g.writeNumberField("secs_left", Paging.secondsLeft(r.endsAtMillis(), now));
                                g.writeNumberField("position", r.position());
                                handed(g, x.node(), r, now);
                                g.writeEndObject();
                            }
                        }
                    }
                    g.writeEndArray();
                    if (next != null) {
                        g.writeStringField("next", ContentId.canonical(next));
                    }
                    g.writeEndObject();
                }),
                next);
    }

    /** How the record was handed to others, and when it is again. */
    private static void handed(JsonGenerator g, Node node, StoredRecord r, long now) throws IOException {
        ProviderRecord p = r.record();
        Optional<Network.Handed> last =
                node.network().flatMap(n -> n.handed(p.cid().key(), p.locator()));
        long every = node.config().network().care().republishMillis(p.ttlSeconds());
        long next = p.issuedAtMillis() + ((now - p.issuedAtMillis()) / every + 1) * every;
        instant(g, "next_republish", last.isPresent() && next < r.endsAtMillis() ? next : 0);
        g.writeNumberField("holders_reached", last.map(Network.Handed::holders).orElse(0));
        instant(g, "last_failure", last.map(Network.Handed::failedAtMillis).orElse(0L));
    }

    private static void instant(JsonGenerator g, String name, long millis) throws IOException {
        if (millis == 0) {
            g.writeNullField(name);
        } else {
            g.writeStringField(name, Json.instant(millis));
        }
    }
}
