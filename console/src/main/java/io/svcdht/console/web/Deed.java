package io.svcdht.console.web;

import io.svcdht.console.view.Visit;
import io.svcdht.node.config.Role;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Something a page may do to the node: the table of them is all there is, and each that was done is told in the
 * journal, with who did it and why.
 *
 * @param path below the console, with one variable: what it is done to
 */
record Deed(String path, Role role, Doing doing) {
    static final List<Deed> ALL = List.of(
            new Deed("/providers/:cid/withdraw", Role.OPERATOR, Deeds::withdraw),
            new Deed("/lookups/:id/again", Role.OPERATOR, Deeds::lookAgain),
            new Deed("/buckets/:bucket/refresh", Role.OPERATOR, Deeds::refresh),
            new Deed("/peers/:id/ping", Role.OPERATOR, Deeds::ping),
            new Deed("/peers/:id/ban", Role.ADMIN, Deeds::ban),
            new Deed("/peers/:id/unban", Role.ADMIN, Deeds::unban),
            new Deed("/config/:key/set", Role.ADMIN, Deeds::set),
            new Deed("/config/:key/unset", Role.ADMIN, Deeds::unset));

    /**
     * Does it; ends with the way from here to the page to show, when it is as durable as the sync policy says, or with a
     * {@link io.svcdht.console.view.PageRefused}.
     */
    @FunctionalInterface
    interface Doing {
        CompletionStage<String> run(Visit visit, String subject, Map<String, String> form);
    }
}
