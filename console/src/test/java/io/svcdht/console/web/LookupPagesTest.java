package io.svcdht.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.FakeNode;
import io.svcdht.console.view.RealLookups;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.trace.LegRecord;
import io.svcdht.storage.trace.LookupRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LookupPagesTest {
    private static final Pattern ROW = Pattern.compile("<a href=\"\\./lookups/([0-9a-f-]{36})[\"?]");
    private static final Pattern BAR =
            Pattern.compile("<rect x=\"([0-9.]+)\" y=\"[0-9.]+\" width=\"([0-9.]+)\" height=\"11\"");

    private final FakeNode node = new FakeNode();
    private final List<LookupRecord> kept = new ArrayList<>();

    private void keepSome(int count) {
        RealLookups network = new RealLookups(11);
        for (int i = 0; i < count; i++) {
            LookupRecord lookup = network.find("b3:thing-" + i, FakeNode.NOW - 60_000 + i, i % 3 == 0 ? 0 : 3, 15);
            kept.add(lookup);
            node.traces().keep(lookup);
        }
    }

    @Test
    void of_a_moment_the_list_ends_there_and_goes_on_from_it() throws Exception {
        keepSome(20);
        long until = kept.get(11).finishedAtMillis();
        node.happened(until, 0, new DhtEvent.NodeStopped("x"));
        try (Served console = new Served(node)) {
            for (String at : List.of("seq:1", Instant.ofEpochMilli(until).toString())) {
                String html = console.page("lookups?at=" + at);
                assertThat(html).contains("Viewing the past").contains("lookups that had ended by this moment");
                assertThat(ROW.matcher(html).results().map(m -> m.group(1)))
                        .containsExactlyElementsOf(kept.reversed().stream()
                                .filter(l -> l.finishedAtMillis() <= until)
                                .map(l -> l.id().toString())
                                .toList());
                String first = "lookups/" + kept.get(11).id();
                assertThat(html).contains("./" + first + "?at=" + at);
                assertThat(console.page(first + "?at=" + at)).contains("traces stay as they are");
            }
        }
    }

    @Test
    void list_shows_every_lookup_once_and_what_was_looked_through() throws Exception {
        keepSome(120);
        try (Served console = new Served(node)) {
            Set<String> seen = new LinkedHashSet<>();
            String path = "lookups";
            while (!path.isEmpty()) {
                String html = console.page(path);
                ROW.matcher(html).results().forEach(m -> assertThat(seen.add(m.group(1)))
                        .isTrue());
                path = Served.next(html);
            }
            assertThat(seen)
                    .containsExactlyElementsOf(
                            kept.reversed().stream().map(l -> l.id().toString()).toList());
            assertThat(console.page("lookups")).contains("50 shown of 50 lookups looked through; older ones follow");
            long found = kept.stream()
                    .filter(l -> l.outcome() == LookupRecord.Outcome.FOUND)
                    .count();
            assertThat(console.page("lookups?outcome=converged")).contains("No such lookup here", "120 lookups");
            assertThat(ROW.matcher(console.page("lookups?outcome=found&target=b3:thing-1"))
                            .results()
                            .count())
                    .isEqualTo(1);
            assertThat(found).isPositive();
        }
    }

    @Test
    void without_lookups_the_page_says_why() throws Exception {
        try (Served console = new Served(node)) {
            assertThat(console.page("lookups")).contains("Finds that ask nobody leave no trace");
        }
    }

    @Test
    void waterfall_shows_each_leg_where_it_was() throws Exception {
        keepSome(40);
        LookupRecord lookup = kept.stream()
                .filter(l -> l.outcome() == LookupRecord.Outcome.FOUND && l.hops() > 2)
                .findFirst()
                .orElseThrow();
        try (Served console = new Served(node)) {
            String html = console.page("lookups/" + lookup.id());
            List<double[]> bars = BAR.matcher(html)
                    .results()
                    .map(m -> new double[] {Double.parseDouble(m.group(1)), Double.parseDouble(m.group(2))})
                    .toList();
            assertThat(bars).hasSameSizeAs(lookup.legs());
            List<LegRecord> byHop = lookup.legs().stream()
                    .sorted(java.util.Comparator.comparingInt(LegRecord::hop))
                    .toList();
            int last = 0;
            for (int i = 0; i < byHop.size(); i++) {
                last = byHop.get(i).sentNanos() > byHop.get(last).sentNanos() ? i : last;
            }
            double scale = (bars.get(last)[0] - 440) / byHop.get(last).sentNanos();
            assertThat(scale).isPositive();
            for (int i = 0; i < bars.size(); i++) {
                assertThat(bars.get(i)[0])
                        .isBetween(440.0, 950.0)
                        .isCloseTo(440 + scale * byHop.get(i).sentNanos(), offset());
                assertThat(bars.get(i)[1])
                        .isCloseTo(Math.max(1.5, scale * byHop.get(i).waitedNanos()), offset());
            }
            for (int i = 0; i < lookup.legs().size(); i++) {
                assertThat(html)
                        .contains(
                                "id=\"leg-" + lookup.legName(i) + "\"",
                                lookup.legs().get(i).address());
            }
            long first = lookup.legs().stream()
                    .filter(l -> l.way() == LegRecord.Way.FIRST_DATAGRAM)
                    .count();
            assertThat(html.split(", over a first datagram;", -1)).hasSize((int) first + 1);
            assertThat(html).contains("brought records", "own table", "within the deadline", "f-ok o-surf");
            assertThat(html).contains("href=\"../lookup.json?id=" + lookup.id());
            assertThat(console.page("lookup.json?id=" + lookup.id())).startsWith("{\"lookup_id\":\"" + lookup.id());
        }
    }

    private static org.assertj.core.data.Offset<Double> offset() {
        return org.assertj.core.data.Offset.offset(0.5);
    }

    @Test
    void every_kind_of_end_has_its_words() throws Exception {
        keepSome(200);
        Set<LookupRecord.Outcome> ends = new LinkedHashSet<>();
        try (Served console = new Served(node)) {
            for (LookupRecord lookup : kept) {
                if (ends.add(lookup.outcome())) {
                    assertThat(console.page("lookups/" + lookup.id())).contains("Legs");
                }
            }
            assertThat(ends).contains(LookupRecord.Outcome.FOUND, LookupRecord.Outcome.NOT_FOUND);
            assertThat(console.get("lookups/nonsense").statusCode()).isEqualTo(400);
            assertThat(console.get("lookups?outcome=lost").statusCode()).isEqualTo(400);
            assertThat(console.get("lookups/019ab697-e800-7abc-8000-00000000ffff")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(console.get("lookup.json?id=019ab697-e800-7abc-8000-00000000ffff")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void two_lookups_stand_on_one_scale_with_what_differs() throws Exception {
        keepSome(40);
        List<LookupRecord> deep = kept.stream().filter(l -> l.hops() > 2).toList();
        LookupRecord here = deep.getFirst();
        LookupRecord there = deep.getLast();
        try (Served console = new Served(node)) {
            String html = console.page("lookups/" + here.id() + "?with=" + there.id());
            List<Double> starts = BAR.matcher(html)
                    .results()
                    .map(m -> Double.parseDouble(m.group(1)))
                    .toList();
            assertThat(starts).hasSize(here.legs().size() + there.legs().size());
            double scaleHere = scale(here, starts.subList(0, here.legs().size()));
            double scaleThere = scale(there, starts.subList(here.legs().size(), starts.size()));
            assertThat(scaleHere)
                    .as("one scale")
                    .isCloseTo(scaleThere, org.assertj.core.data.Percentage.withPercentage(1));
            Set<String> a = peers(here);
            Set<String> b = peers(there);
            long both = a.stream().filter(b::contains).count();
            assertThat(html)
                    .contains("They looked for different things.")
                    .contains("%d by this one only, %d by the other only.".formatted(a.size() - both, b.size() - both))
                    .contains("Figure by figure", "First record after")
                    .contains("href=\"../lookups/" + there.id() + "#leg-1.1\"");
            for (String peer : b) {
                if (!a.contains(peer)) {
                    assertThat(html).contains("href=\"../peers/" + peer + "\"");
                }
            }
            assertThat(console.page("lookups/" + here.id() + "?with=" + here.id()))
                    .contains("Both are the same lookup.", "Both asked the same peers");
            assertThat(console.get("lookups/" + here.id() + "?with=nonsense").statusCode())
                    .isEqualTo(400);
            assertThat(console.get("lookups/" + here.id() + "?with=019ab697-e800-7abc-8000-00000000ffff")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    /** Picture units a nanosecond, from the leg that was sent last. */
    private static double scale(LookupRecord lookup, List<Double> starts) {
        List<LegRecord> byHop = lookup.legs().stream()
                .sorted(java.util.Comparator.comparingInt(LegRecord::hop))
                .toList();
        int last = 0;
        for (int i = 0; i < byHop.size(); i++) {
            last = byHop.get(i).sentNanos() > byHop.get(last).sentNanos() ? i : last;
        }
        return (starts.get(last) - 440) / byHop.get(last).sentNanos();
    }

    private static Set<String> peers(LookupRecord lookup) {
        Set<String> all = new LinkedHashSet<>();
        lookup.legs().forEach(l -> all.add(l.peer().text()));
        return all;
    }

    @Test
    void a_lookup_id_is_found_by_the_find_box() throws Exception {
        keepSome(1);
        try (Served console = new Served(node)) {
            assertThat(console.get("find?q=" + kept.getFirst().id()).headers().firstValue("location"))
                    .contains("./lookups/" + kept.getFirst().id());
        }
    }

    @Test
    void texts_of_strangers_stay_texts() throws Exception {
        keepSome(1);
        LookupRecord l = kept.getFirst();
        LegRecord leg = l.legs().getFirst();
        String hostile = "\"><script>alert(1)</script>[[${7*7}]]";
        LegRecord lie = new LegRecord(
                leg.peer(),
                hostile,
                1,
                0,
                -1,
                leg.why(),
                leg.heardOfNanos(),
                leg.sentNanos(),
                leg.waitedNanos(),
                true,
                LegRecord.Outcome.WRONG_ID);
        LookupRecord other = new LookupRecord(
                new java.util.UUID(l.id().getMostSignificantBits() + 1, l.id().getLeastSignificantBits()),
                l.startedAtMillis(),
                l.operation(),
                LookupRecord.Asker.UNTOLD,
                l.target(),
                hostile,
                l.outcome(),
                0,
                1,
                0,
                1,
                l.tookNanos(),
                l.deadlineNanos(),
                List.of(lie));
        node.traces().keep(other);
        try (Served console = new Served(node)) {
            for (String path :
                    List.of("lookups", "lookups/" + other.id(), "lookups?target=%22%3E%3Cscript%3Ealert(1)")) {
                assertThat(console.page(path)).doesNotContain("<script>alert").doesNotContain("[[49]]");
            }
        }
    }
}
