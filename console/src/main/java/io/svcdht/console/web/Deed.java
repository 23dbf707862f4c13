package io.svcdht.console.web;

import io.svcdht.console.view.PageRefused;
import io.svcdht.console.view.Visit;
import io.svcdht.node.config.Role;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.event.DhtEvent.AuditRecorded;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Texts;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Something a page may do to the node: the table of them is all there is, and each that was done is told in the
 * journal, with who did it and why.
 *
 * @param path below the console
 * @param back from there to the page to show afterwards
 */
record Deed(String path, Role role, String back, Doing doing) {
    static final List<Deed> ALL = List.of(new Deed("/providers/:cid/withdraw", Role.OPERATOR, "../", Deed::withdraw));

    /** Does it; the future ends when it is as durable as the sync policy says, or with a {@link PageRefused}. */
    @FunctionalInterface
    interface Doing {
        CompletableFuture<Void> run(Visit visit, String subject, Map<String, String> form);
    }

    private static CompletableFuture<Void> withdraw(Visit visit, String subject, Map<String, String> form) {
        ContentId cid = ContentId.parse(subject, true);
        String locator = form.getOrDefault("locator", "");
        String why = why(form);
        return submit(visit, reply -> new Input.Withdraw(cid, locator, reply::complete))
                .thenCompose(
                        done -> told(visit, "withdraw", cid.text() + (locator.isEmpty() ? "" : " " + locator), why));
    }

    private static String why(Map<String, String> form) {
        try {
            return Texts.checked("the reason", form.getOrDefault("reason", ""));
        } catch (IllegalArgumentException e) {
            throw PageRefused.badRequest(capital(String.valueOf(e.getMessage())));
        }
    }

    /** Makes it an event of the journal's. */
    private static CompletableFuture<Void> told(Visit visit, String what, String subject, String why) {
        String who = visit.caller().role().text() + (visit.caller().session() ? ", signed in" : "");
        return submit(visit, reply -> new Input.Kept(new AuditRecorded(who, what, subject, why), reply::complete))
                .thenApply(done -> null);
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

    private static String capital(String sentence) {
        return sentence.isEmpty() ? "" : Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1) + ".";
    }
}
