package io.svcdht.console.view;

import io.svcdht.node.Network.Guard;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.state.Routing;
import java.util.ArrayList;
import java.util.List;

/**
 * The routing table.
 *
 * @param rows buckets that hold contacts
 * @param bans what this node has nothing to do with
 */
public record BucketsPage(
        Frame frame,
        String sentence,
        boolean hasContacts,
        BucketChart chart,
        KeyRing ring,
        List<Row> rows,
        List<Ban> bans,
        String note)
        implements Page {
    public BucketsPage {
        rows = List.copyOf(rows);
        bans = List.copyOf(bans);
    }

    /** @param fill width of the bar, 0 … 100 */
    public record Row(
            String bucket,
            String href,
            String fill,
            String held,
            String verified,
            String networks,
            String entropy,
            String oldest,
            String note,
            boolean guarded) {}

    public record Ban(String what, String title, String href, String reason) {}

    public static BucketsPage of(Visit visit) {
        return Scene.look(visit, scene -> Scene.past(visit.node(), () -> page(visit, scene)));
    }

    private static BucketsPage page(Visit visit, Scene scene) {
        Routing routing = scene.routing();
        LastWords words = LastWords.at(visit, scene);
        int k = visit.node().config().network().search().k();
        NetworkConfig.Care care = visit.node().config().network().care();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            if (!routing.bucket(i).isEmpty()) {
                rows.add(row(BucketFacts.of(i, routing.bucket(i), care), k, scene, words, visit.links()));
            }
        }
        List<Ban> bans = routing.bans().stream()
                .map(b -> new Ban(
                        Say.id(b.what().text()), b.what().text(), EventRow.href(b.what(), visit.links()), b.reason()))
                .toList();
        int all = routing.contacts().size();
        String late = words.complete()
                ? ""
                : " When contacts were last heard of was looked up as far as the time for it went.";
        return new BucketsPage(
                Frame.of(visit, scene, "Routing table"),
                all == 0
                        ? "Nobody known"
                        : "%s in %s"
                                .formatted(
                                        Say.count(all, "contact", "contacts"),
                                        Say.count(rows.size(), "bucket", "buckets")),
                all > 0,
                BucketChart.of(routing, visit.node().config().network(), scene, words, visit.links()),
                KeyRing.of(routing, visit.node().id(), scene),
                rows,
                bans,
                guard(visit, care) + late);
    }

    /** What a network is here, what is asked of a bucket, and whether somebody seems to close in. */
    private static String guard(Visit visit, NetworkConfig.Care care) {
        Guard guard = visit.node().network().map(n -> n.standing().guard()).orElse(Guard.NONE);
        String networks = guard.asns().isEmpty()
                ? "No asn_file is set: a /24 or /48 of addresses counts as a network."
                : "Networks by %s.".formatted(guard.asns());
        return "%s One may hold %d %% of a bucket of 8 or more, whose mix has %s bits at least.%s"
                .formatted(
                        networks,
                        care.asnPercentMax(),
                        care.asnEntropyMin(),
                        guard.alarm().isEmpty() ? "" : " Alarm: %s.".formatted(guard.alarm()));
    }

    private static Row row(BucketFacts b, int k, Scene scene, LastWords words, Links links) {
        long oldest = 0;
        for (Routing.Known known : b.contacts()) {
            long heard = words.of(known.contact().id())
                    .map(JournalEntry::instantMillis)
                    .orElse(scene.nowMillis());
            oldest = Math.max(oldest, scene.nowMillis() - heard);
        }
        return new Row(
                String.valueOf(b.bucket()),
                links.bucket(b.bucket()),
                String.valueOf(Math.min(100, b.contacts().size() * 100 / k)),
                "%d / %d".formatted(b.contacts().size(), k),
                String.valueOf(b.verified()),
                String.valueOf(b.networks()),
                b.entropy(),
                Say.duration(oldest),
                b.note(),
                b.underGuard());
    }
}
