package io.svcdht.console.web;

import io.svcdht.console.view.AuditPage;
import io.svcdht.console.view.BucketPage;
import io.svcdht.console.view.BucketsPage;
import io.svcdht.console.view.ConfigKeyPage;
import io.svcdht.console.view.ConfigPage;
import io.svcdht.console.view.ContentPage;
import io.svcdht.console.view.DiscoveryPage;
import io.svcdht.console.view.EventPage;
import io.svcdht.console.view.JournalPage;
import io.svcdht.console.view.LookupPage;
import io.svcdht.console.view.LookupsPage;
import io.svcdht.console.view.MetricsPage;
import io.svcdht.console.view.Overview;
import io.svcdht.console.view.Page;
import io.svcdht.console.view.PeerPage;
import io.svcdht.console.view.PeersPage;
import io.svcdht.console.view.ProvidersPage;
import io.svcdht.console.view.RefusalsPage;
import io.svcdht.console.view.Visit;
import io.svcdht.node.config.Role;
import java.util.List;
import java.util.function.Function;

/**
 * One page: the table of them is what is mounted, and what a test walks as each role.
 *
 * @param path below the console, with a variable as the router writes it
 * @param role least role to see it
 * @param make the page's record, or a {@link io.svcdht.console.view.PageRefused}; may block
 */
record PageRoute(String path, Role role, String template, Function<Visit, ? extends Page> make) {
    /** The answer to a form: what would change, and a second form that does it. */
    static final PageRoute REVIEW = new PageRoute("/config/:key", Role.ADMIN, "configreview", ConfigKeyPage::review);

    static final List<PageRoute> ALL = List.of(
            new PageRoute("/", Role.VIEWER, "overview", Overview::of),
            new PageRoute("/journal", Role.VIEWER, "journal", JournalPage::of),
            new PageRoute("/journal/:position", Role.VIEWER, "event", EventPage::of),
            new PageRoute("/lookups", Role.VIEWER, "lookups", LookupsPage::of),
            new PageRoute("/lookups/:id", Role.VIEWER, "lookup", LookupPage::of),
            new PageRoute("/providers", Role.VIEWER, "providers", ProvidersPage::of),
            new PageRoute("/providers/:cid", Role.VIEWER, "content", ContentPage::of),
            new PageRoute("/buckets", Role.VIEWER, "buckets", BucketsPage::of),
            new PageRoute("/buckets/:bucket", Role.VIEWER, "bucket", BucketPage::of),
            new PageRoute("/peers", Role.VIEWER, "peers", PeersPage::of),
            new PageRoute("/peers/:id", Role.VIEWER, "peer", PeerPage::of),
            new PageRoute("/refusals", Role.VIEWER, "refusals", RefusalsPage::of),
            new PageRoute("/discovery", Role.VIEWER, "discovery", DiscoveryPage::of),
            new PageRoute("/metrics", Role.VIEWER, "metrics", MetricsPage::of),
            new PageRoute("/config", Role.VIEWER, "config", ConfigPage::of),
            new PageRoute("/config/:key", Role.VIEWER, "configkey", ConfigKeyPage::of),
            new PageRoute("/audit", Role.VIEWER, "audit", AuditPage::of));
}
