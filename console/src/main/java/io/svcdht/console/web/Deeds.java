package io.svcdht.console.web;

import io.svcdht.console.view.BucketPage;
import io.svcdht.console.view.ConfigKeyPage;
import io.svcdht.console.view.LookupPage;
import io.svcdht.console.view.PageRefused;
import io.svcdht.console.view.PeerPage;
import io.svcdht.console.view.Visit;
import io.svcdht.node.Network;
import io.svcdht.node.Network.Pinged;
import io.svcdht.node.Network.Wanted;
import io.svcdht.node.config.ConfigKey;
import io.svcdht.node.config.ConfigReload;
import io.svcdht.node.config.LiveSettings;
import io.svcdht.node.config.Problem;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.event.DhtEvent.AuditRecorded;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.Texts;
import io.svcdht.storage.trace.LookupRecord;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;

/** How the deeds are done. */
final class Deeds {
    private Deeds() {}

    static CompletionStage<String> withdraw(Visit visit, String subject, Map<String, String> form) {
        ContentId cid = ContentId.parse(subject, true);
        String locator = form.getOrDefault("locator", "");
        String why = why(form);
        return submit(visit, reply -> new Input.Withdraw(cid, locator, reply::complete))
                .thenCompose(
                        done -> told(visit, "withdraw", cid.text() + (locator.isEmpty() ? "" : " " + locator), why))
                .thenApply(done -> "../" + subject);
    }

    /** Looks for the same once more, over the network, and leads to the trace of that. */
    static CompletionStage<String> lookAgain(Visit visit, String subject, Map<String, String> form) {
        String why = why(form);
        Network network = network(visit);
        LookupRecord lookup = LookupPage.lookup(visit, subject);
        UUID id = lookupId(visit.node().nowMillis());
        Wanted wanted = new Wanted(lookup.target(), lookup.text(), id, OptionalInt.empty(), OptionalInt.empty(), true)
                .by(LookupRecord.Asker.CONSOLE);
        CompletionStage<Network.Found> found =
                switch (lookup.operation()) {
                    case FIND -> network.find(wanted);
                    case PROVIDE, REFRESH, FIND_NODE -> network.locate(wanted);
                };
        return found.thenCompose(f -> {
                    if (!f.traced()) {
                        throw PageRefused.of(
                                ErrorCode.NotReady, "This node is stopping and looks for nothing any more.");
                    }
                    return told(visit, "look again", subject + " as " + id, why);
                })
                .thenApply(done -> "../" + id);
    }

    static CompletionStage<String> refresh(Visit visit, String subject, Map<String, String> form) {
        String why = why(form);
        Network network = network(visit);
        int bucket = BucketPage.bucket(subject);
        return network.refresh(bucket)
                .thenCompose(heard -> {
                    visit.notebook()
                            .said(
                                    "buckets/" + bucket,
                                    visit.node().nowMillis(),
                                    "Refreshed from here: %d in its range answered".formatted(heard));
                    return told(visit, "refresh bucket", subject, why);
                })
                .thenApply(done -> "../" + bucket);
    }

    static CompletionStage<String> ping(Visit visit, String subject, Map<String, String> form) {
        String why = why(form);
        Network network = network(visit);
        NodeId id = PeerPage.id(subject);
        return network.ping(id)
                .thenCompose(pinged -> {
                    if (pinged.outcome() == Pinged.Outcome.NO_CONTACT) {
                        throw PageRefused.of(
                                ErrorCode.NotFound,
                                "This node is no member of the routing table, and only those are pinged.");
                    }
                    visit.notebook().said("peers/" + id.text(), visit.node().nowMillis(), PeerPage.pinged(pinged));
                    return told(visit, "ping", id.text(), why);
                })
                .thenApply(done -> "../" + id.text());
    }

    /** From now on nothing of that node is taken, and nothing told to it. */
    static CompletionStage<String> ban(Visit visit, String subject, Map<String, String> form) {
        String why = why(form);
        Banned peer = new Banned.Peer(PeerPage.id(subject));
        return submit(visit, reply -> new Input.Ban(peer, why, reply::complete))
                .thenCompose(done -> told(visit, "ban", subject, why))
                .thenApply(done -> "../" + subject);
    }

    static CompletionStage<String> unban(Visit visit, String subject, Map<String, String> form) {
        String why = why(form);
        Banned peer = new Banned.Peer(PeerPage.id(subject));
        return submit(visit, reply -> new Input.Unban(peer, reply::complete))
                .thenCompose(done -> told(visit, "lift ban", subject, why))
                .thenApply(done -> "../" + subject);
    }

    /** Sets a hot key by hand; what the page before showed is asked for again, for it may have changed meanwhile. */
    static CompletionStage<String> set(Visit visit, String subject, Map<String, String> form) {
        String why = why(form);
        LiveSettings settings = ConfigKeyPage.settings(visit);
        ConfigKey<?> key = ConfigKeyPage.key(subject);
        String shown = form.getOrDefault("from", "");
        String now = key.format(visit.node().config());
        if (!shown.equals(now)) {
            throw PageRefused.of(
                    ErrorCode.BadRequest,
                    "Meanwhile %s became %s. Look at it again.".formatted(key.name(), ConfigKeyPage.shown(now)));
        }
        return changed(visit, key, settings.set(key, form.getOrDefault("value", ""), who(visit)), why);
    }

    static CompletionStage<String> unset(Visit visit, String subject, Map<String, String> form) {
        String why = why(form);
        ConfigKey<?> key = ConfigKeyPage.key(subject);
        return changed(visit, key, ConfigKeyPage.settings(visit).unset(key), why);
    }

    private static CompletionStage<String> changed(Visit visit, ConfigKey<?> key, ConfigReload result, String why) {
        return switch (result) {
            case ConfigReload.Refused(List<Problem> problems) -> throw ConfigKeyPage.refused(problems);
            case ConfigReload.Applied(var _, List<ConfigReload.Change> changes, var _) -> {
                if (changes.isEmpty()) {
                    throw PageRefused.badRequest("%s has that value already.".formatted(key.name()));
                }
                ConfigReload.Change c = changes.getFirst();
                yield told(
                                visit,
                                "configure",
                                "%s: %s to %s"
                                        .formatted(
                                                key.name(), ConfigKeyPage.shown(c.from()), ConfigKeyPage.shown(c.to())),
                                why)
                        .thenApply(done -> "../" + key.name());
            }
        };
    }

    private static Network network(Visit visit) {
        return visit.node()
                .network()
                .orElseThrow(() ->
                        PageRefused.of(ErrorCode.NotReady, "This node talks to no others, so there is nobody to ask."));
    }

    private static String why(Map<String, String> form) {
        try {
            return Texts.checked("the reason", form.getOrDefault("reason", ""));
        } catch (IllegalArgumentException e) {
            throw PageRefused.badRequest(capital(String.valueOf(e.getMessage())));
        }
    }

    private static String who(Visit visit) {
        return visit.caller().role().text() + (visit.caller().session() ? ", signed in" : "");
    }

    /** Makes it an event of the journal's. */
    private static CompletableFuture<Outcome> told(Visit visit, String what, String subject, String why) {
        return submit(
                visit, reply -> new Input.Kept(new AuditRecorded(who(visit), what, subject, why), reply::complete));
    }

    /** Makes an input around the future that its outcome completes. */
    private interface Asking {
        Input with(CompletableFuture<Outcome> reply);
    }

    private static CompletableFuture<Outcome> submit(Visit visit, Asking asking) {
        CompletableFuture<Outcome> reply = new CompletableFuture<>();
        visit.node().submit(asking.with(reply));
        return reply.thenApply(outcome -> {
            if (outcome instanceof Outcome.Refused(ErrorCode code, String detail)) {
                throw PageRefused.of(code, capital(detail));
            }
            return outcome;
        });
    }

    /** A UUIDv7 (RFC 9562). It names a lookup and is no secret. */
    private static UUID lookupId(long millis) {
        ThreadLocalRandom luck = ThreadLocalRandom.current();
        return new UUID(millis << 16 | 0x7000 | luck.nextInt(1 << 12), 0x8000_0000_0000_0000L | luck.nextLong() >>> 2);
    }

    private static String capital(String sentence) {
        return sentence.isEmpty() ? "" : Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1) + ".";
    }
}
