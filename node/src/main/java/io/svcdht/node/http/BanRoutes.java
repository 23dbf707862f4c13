package io.svcdht.node.http;

import io.svcdht.node.config.Role;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.node.http.Route.Answer;
import io.svcdht.node.http.Route.Parameter;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Texts;
import io.svcdht.storage.state.Routing;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The deny list: peers, content ids and blocks of addresses this node has nothing to do with. */
final class BanRoutes {
    private static final String PATH = "/admin/bans";
    private static final String ONE = PATH + "/{what}";
    private static final Parameter WHAT = Parameter.path(
            "what", "a node id, a content id, or an address prefix such as 192.0.2.0%2F24, percent-encoded");

    private BanRoutes() {}

    static void addTo(List<Route> routes) {
        routes.add(new Route(
                HttpMethod.GET,
                PATH,
                Role.ADMIN,
                "bans",
                "What is banned, and why",
                List.of(),
                null,
                List.of(Answer.json("Bans", "all bans, in the order of what is banned")),
                BanRoutes::list));
        routes.add(new Route(
                HttpMethod.PUT,
                ONE,
                Role.ADMIN,
                "ban",
                "Ban a peer, a content id or a block of addresses",
                List.of(WHAT, Parameter.query("reason", "why, for whoever reads the journal", Routes.STRING)),
                null,
                List.of(Answer.json("BanChanged", "banned, once it is durable as the sync policy says")),
                BanRoutes::ban));
        routes.add(new Route(
                HttpMethod.DELETE,
                ONE,
                Role.ADMIN,
                "unban",
                "Lift a ban",
                List.of(WHAT),
                null,
                List.of(Answer.json("BanChanged", "lifted, once it is durable as the sync policy says")),
                BanRoutes::unban));
    }

    private static void list(Exchange x) {
        x.json(g -> {
            g.writeStartObject();
            g.writeArrayFieldStart("bans");
            for (Routing.Ban ban : x.node().routing().bans()) {
                g.writeStartObject();
                g.writeStringField("banned", ban.what().text());
                g.writeStringField("reason", ban.reason());
                g.writeEndObject();
            }
            g.writeEndArray();
            g.writeEndObject();
        });
    }

    private static void ban(Exchange x) {
        Banned what = what(x);
        String reason = reason(x);
        change(x, what, to -> new Input.Ban(what, reason, to));
    }

    private static void unban(Exchange x) {
        Banned what = what(x);
        change(x, what, to -> new Input.Unban(what, to));
    }

    private static void change(Exchange x, Banned what, Function<ReplyTo, Input> input) {
        CompletableFuture<Outcome> done = new CompletableFuture<>();
        x.node().submit(input.apply(done::complete));
        NetworkRoutes.then(x, done, outcome -> {
            switch (outcome) {
                case Outcome.Done(long position) ->
                    x.json(g -> {
                        g.writeStartObject();
                        g.writeBooleanField("ok", true);
                        g.writeStringField("banned", what.text());
                        g.writeNumberField("position", position);
                        g.writeEndObject();
                    });
                case Outcome.Refused r -> throw ApiError.of(r.code(), r.detail());
                case Outcome other -> throw new IllegalStateException("a ban was answered with " + other);
            }
        });
    }

    private static Banned what(Exchange x) {
        try {
            return Banned.parse(x.pathParameter().strip());
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(
                    "what is banned is a node id (n3:…), a content id (b3:…) or an address prefix: " + e.getMessage());
        }
    }

    private static String reason(Exchange x) {
        try {
            return x.query().text("reason").map(r -> Texts.checked("reason", r)).orElse("");
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(String.valueOf(e.getMessage()));
        }
    }
}
