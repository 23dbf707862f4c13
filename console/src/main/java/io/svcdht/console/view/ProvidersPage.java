package io.svcdht.console.view;

import io.svcdht.console.view.Overview.Fact;
import java.util.List;

/**
 * Records, a page at a time.
 *
 * @param chart how much time the records have left
 * @param note what the picture rests on
 * @param asked the filters as they were given
 * @param scanned what was looked at for this page
 * @param next the next page, empty = this is the last
 */
public record ProvidersPage(
        Frame frame,
        String sentence,
        List<Fact> facts,
        boolean hasRecords,
        ExpiryChart chart,
        String note,
        Asked asked,
        List<ProviderRow> rows,
        String scanned,
        String next,
        String first,
        String csv,
        String ndjson)
        implements Page {
    public ProvidersPage {
        facts = List.copyOf(facts);
        rows = List.copyOf(rows);
    }

    public record Asked(String cid, String node, String expiresBefore, String sort, boolean withdrawn, boolean any) {}

    public static ProvidersPage of(Visit visit) {
        return Scene.look(visit, scene -> page(visit, scene));
    }

    private static ProvidersPage page(Visit visit, Scene scene) {
        ProviderList.Part part =
                ProviderList.of(visit, scene).part(visit.text("after").orElse(""), ProviderList.ROWS, visit.spent());
        ExpiryScan scan = ExpiryScan.of(scene.providers(), scene.nowMillis(), visit.spent());
        long all = scene.providers().records();
        return new ProvidersPage(
                Frame.of(visit, scene, "Providers"),
                "%s of %s"
                        .formatted(
                                Say.count(all, "record", "records"),
                                Say.count(scene.providers().contentIds(), "content id", "content ids")),
                facts(scene, scan),
                scan.longestSeconds() > 0,
                ExpiryChart.of(scan),
                scan.complete()
                        ? "All %s looked at.".formatted(Say.count(scan.scanned(), "record", "records"))
                        : "A sample: %s of %s looked at, the time for it was spent."
                                .formatted(Say.number(scan.scanned()), Say.count(all, "record", "records")),
                asked(visit, scene),
                part.records().stream()
                        .map(r -> ProviderRow.of(r, visit, scene))
                        .toList(),
                scanned(part, scene),
                part.after().isEmpty() ? "" : visit.here("after", part.after()),
                visit.text("after").isPresent() ? visit.here("after", "") : "",
                visit.here("after", "").replaceFirst("providers", "providers.csv"),
                visit.here("after", "").replaceFirst("providers", "providers.ndjson"));
    }

    private static List<Fact> facts(Scene scene, ExpiryScan scan) {
        String in = scan.complete() ? "" : " of those looked at";
        return List.of(
                new Fact("Live", Say.number(scene.providers().records())),
                new Fact("Withdrawn", Say.number(scene.providers().tombstones())),
                new Fact("Out of time", Say.number(scan.overdue()) + in),
                new Fact("Gone in 1 min", Say.number(scan.between(0, 60)) + in),
                new Fact("Gone in 10 min", Say.number(scan.between(0, 600)) + in),
                new Fact("Gone in 1 h", Say.number(scan.between(0, 3600)) + in));
    }

    private static Asked asked(Visit visit, Scene scene) {
        Asked asked = new Asked(
                visit.text("cid").orElse(""),
                visit.text("node").orElse(""),
                visit.text("expires_before").orElse(""),
                visit.oneOf("sort", ProviderList.orders(scene)),
                visit.text("withdrawn").isPresent(),
                false);
        boolean any = !(asked.cid() + asked.node() + asked.expiresBefore()).isEmpty() || asked.withdrawn();
        return new Asked(asked.cid(), asked.node(), asked.expiresBefore(), asked.sort(), asked.withdrawn(), any);
    }

    private static String scanned(ProviderList.Part part, Scene scene) {
        String counted = "%s shown, %s looked at, of %s in all"
                .formatted(
                        Say.number(part.records().size()),
                        Say.number(part.seen()),
                        Say.number((long) scene.providers().records()
                                + scene.providers().tombstones()));
        return part.spent()
                ? counted + "; the time for it was spent, go on with the next page"
                : part.after().isEmpty() ? counted + "; nothing follows" : counted;
    }
}
