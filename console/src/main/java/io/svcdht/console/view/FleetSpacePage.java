package io.svcdht.console.view;

import io.svcdht.console.fleet.Coverage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The key space of a fleet: nodes and records around it, how many nodes hold each record, and where that is too few or
 * a node holds too much.
 */
public record FleetSpacePage(
        FleetFrame frame,
        String sentence,
        List<FleetNodesPage.Figure> figures,
        Ring ring,
        Strip strip,
        List<Scarce> scarce,
        String scarceNote,
        List<Load> loads,
        String unknown,
        int wanted,
        Object data)
        implements FleetPage {
    private static final long REPLICAS_DEFAULT = 20;
    private static final double LOADED = 2.0;

    public FleetSpacePage {
        figures = List.copyOf(figures);
        scarce = List.copyOf(scarce);
        loads = List.copyOf(loads);
    }

    /**
     * @param full sectors whose records have holders enough, as lines outside the circle
     * @param under those where some have not
     */
    public record Ring(List<KeyRing.Line> nodes, List<KeyRing.Line> full, List<KeyRing.Line> under, String text) {
        public Ring {
            nodes = List.copyOf(nodes);
            full = List.copyOf(full);
            under = List.copyOf(under);
        }
    }

    /** A bar for each region: the mean of holders, and the part of records that have too few. */
    public record Strip(
            int width,
            int height,
            List<Bar> bars,
            List<Mark> scale,
            String wantedY,
            String wantedText,
            List<Line> table) {
        public Strip {
            scale = List.copyOf(scale);
            bars = List.copyOf(bars);
            table = List.copyOf(table);
        }
    }

    /** A height with a number beside it. */
    public record Mark(String y, String textY, String text) {}

    public record Bar(
            String x, String y, String width, String height, String underY, String underHeight, String title) {}

    public record Line(
            String region, String nodes, String seen, String density, String replicas, String under, String tone) {}

    public record Scarce(String cid, String cidTitle, String href, String holders, String missing) {}

    public record Load(
            String label, String nodeTitle, String href, String place, String records, String ofMean, String tone) {}

    public static FleetSpacePage of(FleetVisit visit) {
        int wanted = (int) visit.number("replicas", setting(visit), 1, 1000);
        Coverage c = Coverage.of(visit.store(), visit.millis(), visit.past(), wanted);
        long under = c.regions().stream().mapToLong(Coverage.Region::under).sum();
        long holders = c.regions().stream().mapToLong(Coverage.Region::holders).sum();
        int target = Math.min(wanted, c.loads().size());
        return new FleetSpacePage(
                FleetFrame.of(visit, "Key space"),
                c.complete()
                        ? "Every content id was looked at: %s.".formatted(Say.number(c.seen()))
                        : "%s content ids were looked at, some of each part of the key space."
                                .formatted(Say.number(c.seen())),
                List.of(
                        new FleetNodesPage.Figure(
                                c.complete() ? "Content ids" : "Looked at",
                                Say.number(c.seen()),
                                "of all nodes together"),
                        new FleetNodesPage.Figure(
                                "Holders of a content id",
                                c.seen() == 0 ? "–" : one((double) holders / c.seen()),
                                "on average, %d wanted".formatted(target)),
                        new FleetNodesPage.Figure(
                                "Too few holders", Say.number(under), under == 0 ? "none" : "content ids"),
                        new FleetNodesPage.Figure(
                                "Heaviest node",
                                c.loads().stream().mapToDouble(Coverage.Load::ofMean).max().stream()
                                        .mapToObj(FleetSpacePage::one)
                                        .findFirst()
                                        .orElse("–"),
                                "times the mean")),
                ring(c),
                strip(c, target),
                c.scarce().stream().map(s -> scarce(visit, s)).toList(),
                under > c.scarce().size()
                        ? "the first %s of %s".formatted(Say.number(c.scarce().size()), Say.number(under))
                        : "",
                c.loads().stream()
                        .sorted(Comparator.comparingLong(Coverage.Load::records).reversed())
                        .map(l -> load(visit, l))
                        .toList(),
                c.unknown().isEmpty()
                        ? ""
                        : "%s not counted, whose states are not known: %s"
                                .formatted(
                                        Say.count(c.unknown().size(), "node is", "nodes are"),
                                        Say.shortened(String.join(", ", c.unknown()), 200, 0)),
                wanted,
                c);
    }

    /** What most nodes have in force, where they told. */
    private static long setting(FleetVisit visit) {
        Map<Long, Long> told = visit.store().nodes().stream()
                .map(n -> n.card().settings().getOrDefault("replicas", ""))
                .filter(t -> t.matches("[1-9][0-9]{0,2}"))
                .collect(Collectors.groupingBy(Long::valueOf, TreeMap::new, Collectors.counting()));
        return told.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(REPLICAS_DEFAULT);
    }

    private static String one(double v) {
        return String.format(Locale.ROOT, "%.1f", v);
    }

    private static Ring ring(Coverage c) {
        double greatest = Math.max(
                1,
                c.regions().stream().mapToDouble(Coverage.Region::density).max().orElse(1));
        List<KeyRing.Line> full = new ArrayList<>();
        List<KeyRing.Line> under = new ArrayList<>();
        for (Coverage.Region r : c.regions()) {
            if (r.seen() > 0) {
                KeyRing.Line line = KeyRing.at(
                        (r.index() + 0.5) / Coverage.REGIONS,
                        KeyRing.RADIUS + 5,
                        KeyRing.RADIUS + 7 + 30 * r.density() / greatest);
                (r.under() > 0 ? under : full).add(line);
            }
        }
        List<KeyRing.Line> nodes = c.loads().stream()
                .map(l -> KeyRing.at(
                        Integer.parseInt(l.place().substring(0, 6), 16) / (double) (1 << 24),
                        KeyRing.RADIUS - 12,
                        KeyRing.RADIUS - 1))
                .toList();
        return new Ring(nodes, full, under, Say.count(nodes.size(), "node", "nodes"));
    }

    private static Strip strip(Coverage c, int target) {
        int width = 760;
        int height = 250;
        double left = 36;
        double foot = 220;
        double top = 16;
        double most = Math.max(
                Math.max(1, target),
                c.regions().stream()
                        .mapToDouble(Coverage.Region::replicas)
                        .max()
                        .orElse(1));
        double step = (width - left - 6) / Coverage.REGIONS;
        List<Bar> bars = new ArrayList<>();
        List<Line> table = new ArrayList<>();
        for (Coverage.Region r : c.regions()) {
            double h = (foot - top) * r.replicas() / most;
            double u = r.seen() == 0 ? 0 : h * r.under() / r.seen();
            bars.add(new Bar(
                    Axis.one(left + r.index() * step),
                    Axis.one(foot - h),
                    Axis.one(step - 2),
                    Axis.one(h),
                    Axis.one(foot - u),
                    Axis.one(u),
                    "%s: %s, %s holders each, %s with too few"
                            .formatted(
                                    region(r.index()),
                                    Say.count(r.seen(), "content id", "content ids"),
                                    one(r.replicas()),
                                    Say.number(r.under()))));
            table.add(new Line(
                    region(r.index()),
                    Say.number(r.nodes()),
                    Say.number(r.seen()),
                    Say.number(Math.round(r.density())),
                    one(r.replicas()),
                    Say.number(r.under()),
                    r.under() > 0 ? "chg" : "mut"));
        }
        double y = foot - (foot - top) * target / most;
        List<Mark> scale = new ArrayList<>();
        long each = Axis.step((long) Math.ceil(most));
        for (long n = 0; n <= most; n += each) {
            double at = foot - (foot - top) * n / most;
            scale.add(new Mark(Axis.one(at), Axis.one(at + 4), Say.number(n)));
        }
        return new Strip(width, height, bars, scale, Axis.one(y), target + " wanted", table);
    }

    /** The first byte of its keys. */
    private static String region(int index) {
        return String.format(Locale.ROOT, "%02x…", index * 256 / Coverage.REGIONS);
    }

    private static Scarce scarce(FleetVisit visit, Coverage.Scarce s) {
        return new Scarce(
                Say.id(s.cid()),
                s.cid(),
                visit.to("content/" + s.cid()),
                Say.number(s.holders()),
                s.missing().isEmpty()
                        ? ""
                        : String.join(
                                ", ",
                                s.missing().stream()
                                        .map(l -> Say.shortened(l, 18, 6))
                                        .toList()));
    }

    private static Load load(FleetVisit visit, Coverage.Load l) {
        return new Load(
                Say.shortened(l.label(), 24, 8),
                l.node(),
                visit.to("node/" + l.node()),
                l.place().substring(0, 8) + "…",
                Say.number(l.records()),
                one(l.ofMean()),
                l.ofMean() > LOADED ? "chg" : "mut");
    }
}
