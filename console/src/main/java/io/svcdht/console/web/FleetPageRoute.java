package io.svcdht.console.web;

import io.svcdht.console.view.FleetChangesPage;
import io.svcdht.console.view.FleetContentPage;
import io.svcdht.console.view.FleetLookupPage;
import io.svcdht.console.view.FleetLookupsPage;
import io.svcdht.console.view.FleetNodePage;
import io.svcdht.console.view.FleetNodesPage;
import io.svcdht.console.view.FleetPage;
import io.svcdht.console.view.FleetSpacePage;
import io.svcdht.console.view.FleetVisit;
import java.util.List;
import java.util.function.Function;

/**
 * One page of a fleet; a viewer may see all of them, and each is also JSON, with {@code format=json}.
 *
 * @param path below the console, with a variable as the router writes it
 * @param make may block
 */
record FleetPageRoute(String path, String template, Function<FleetVisit, ? extends FleetPage> make) {
    static final List<FleetPageRoute> ALL = List.of(
            new FleetPageRoute("/", "fleetnodes", FleetNodesPage::of),
            new FleetPageRoute("/node/:id", "fleetnode", FleetNodePage::of),
            new FleetPageRoute("/content", "fleetcontent", FleetContentPage::of),
            new FleetPageRoute("/content/:cid", "fleetcontent", FleetContentPage::of),
            new FleetPageRoute("/lookups", "fleetlookups", FleetLookupsPage::of),
            new FleetPageRoute("/lookups/:id", "fleetlookup", FleetLookupPage::of),
            new FleetPageRoute("/keyspace", "fleetspace", FleetSpacePage::of),
            new FleetPageRoute("/changes", "fleetchanges", FleetChangesPage::of));
}
