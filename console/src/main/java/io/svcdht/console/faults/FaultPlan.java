package io.svcdht.console.faults;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is to go wrong when, as a text file says it:
 *
 * <pre>
 * # seconds from the start, then what; nodes are numbered from 0
 * 5    delay 50ms 10ms     # each way, and how much more or less; all links
 * 5    loss 5%             # of segments, repeated after 200 ms and a round trip
 * 5    rate 256            # KiB a second of each connection and direction; 0 = any
 * 5    reorder 25%         # of datagrams are overtaken by those sent after them
 * 5    duplicate 1%        # of datagrams arrive twice
 * 20   cut 0,1 | 2,3,4     # nothing passes between the sides
 * 80   heal
 * 90   pause 3             # nothing passes to or from it
 * 95   resume 3
 * 100  kill 2              # it dies, and with it all it knew
 * 110  start 2             # anew, at the same address, with other keys
 * 120  calm                # no delay, no loss, any rate
 * </pre>
 */
public record FaultPlan(List<Step> steps) {
    private static final Pattern LINE = Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,3})?)\\s+([a-z]+)\\s*(.*)");
    private static final Pattern DELAY = Pattern.compile("([0-9]{1,5})ms(?:\\s+([0-9]{1,5})ms)?");
    private static final Pattern SHARE = Pattern.compile("([0-9]{1,2}(?:\\.[0-9]{1,3})?)%");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");
    private static final int STEPS_MAX = 10_000;
    private static final double SECOND_MILLIS = 1_000;

    public FaultPlan {
        steps = List.copyOf(steps);
    }

    /** One line. */
    public record Step(long atMillis, Fault fault, String text) {}

    /** What goes wrong, or right again. */
    public sealed interface Fault {
        record Delay(int millis, int jitterMillis) implements Fault {}

        record Loss(double percent) implements Fault {}

        record Rate(int kibPerSecond) implements Fault {}

        record Reorder(double percent) implements Fault {}

        record Duplicate(double percent) implements Fault {}

        record Cut(List<Set<Integer>> sides) implements Fault {
            public Cut {
                sides = sides.stream().map(Set::copyOf).toList();
            }
        }

        record Heal() implements Fault {}

        record Pause(int node) implements Fault {}

        record Resume(int node) implements Fault {}

        record Kill(int node) implements Fault {}

        record Start(int node) implements Fault {}

        record Calm() implements Fault {}
    }

    /** A plan that cannot be played; the sentence names the line. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String sentence) {
            super(sentence);
        }
    }

    /**
     * Reads a plan.
     *
     * @param name stands in the sentences
     * @param nodes how many there are; a plan for others is refused
     */
    public static FaultPlan parse(String name, String text, int nodes) throws Refused {
        List<Step> steps = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        long last = 0;
        for (int i = 0; i < lines.length; i++) {
            String where = "%s:%d: ".formatted(name, i + 1);
            String line = lines[i].replaceFirst("#.*", "").strip().toLowerCase(Locale.ROOT);
            if (line.isEmpty()) {
                continue;
            }
            Matcher m = LINE.matcher(line);
            if (!m.matches()) {
                throw new Refused(where + "expected seconds and what happens then, such as 20 cut 0,1 | 2,3");
            }
            long at = Math.round(Double.parseDouble(m.group(1)) * SECOND_MILLIS);
            if (at < last) {
                throw new Refused(where + "comes before the line above it");
            }
            last = at;
            if (steps.size() == STEPS_MAX) {
                throw new Refused(where + "a plan has at most %d steps".formatted(STEPS_MAX));
            }
            steps.add(new Step(at, fault(where, m.group(2), m.group(3).strip(), nodes), line));
        }
        alternate(name, steps);
        return new FaultPlan(steps);
    }

    private static Fault fault(String where, String what, String how, int nodes) throws Refused {
        return switch (what) {
            case "delay" -> {
                Matcher m = matched(where, DELAY, how, "delay 50ms or delay 50ms 10ms");
                Fault.Delay delay = new Fault.Delay(
                        Integer.parseInt(m.group(1)),
                        Optional.ofNullable(m.group(2)).map(Integer::parseInt).orElse(0));
                weather(where, () -> Weather.CALM.delay(delay.millis(), delay.jitterMillis()));
                yield delay;
            }
            case "loss" -> new Fault.Loss(share(where, how, "loss 5%, below 100"));
            case "reorder" -> new Fault.Reorder(share(where, how, "reorder 25%, below 100"));
            case "duplicate" -> new Fault.Duplicate(share(where, how, "duplicate 1%, below 100"));
            case "rate" ->
                new Fault.Rate(Integer.parseInt(matched(where, NUMBER, how, "rate 256, KiB a second; 0 = any")
                        .group()));
            case "cut" -> cut(where, how, nodes);
            case "heal" -> bare(where, how, new Fault.Heal());
            case "calm" -> bare(where, how, new Fault.Calm());
            case "pause" -> new Fault.Pause(node(where, how, nodes));
            case "resume" -> new Fault.Resume(node(where, how, nodes));
            case "kill" -> new Fault.Kill(node(where, how, nodes));
            case "start" -> new Fault.Start(node(where, how, nodes));
            default ->
                throw new Refused(where
                        + "\"%s\" is none of delay, loss, rate, reorder, duplicate, cut, heal, pause, resume, kill, start, calm"
                                .formatted(what));
        };
    }

    private static Fault bare(String where, String how, Fault fault) throws Refused {
        if (!how.isEmpty()) {
            throw new Refused(where + "nothing may stand behind it, but \"%s\" does".formatted(how));
        }
        return fault;
    }

    private static double share(String where, String how, String expected) throws Refused {
        return Double.parseDouble(matched(where, SHARE, how, expected).group(1));
    }

    private static Matcher matched(String where, Pattern pattern, String how, String expected) throws Refused {
        Matcher m = pattern.matcher(how);
        if (!m.matches()) {
            throw new Refused(where + "expected " + expected);
        }
        return m;
    }

    private static void weather(String where, Runnable made) throws Refused {
        try {
            made.run();
        } catch (IllegalArgumentException e) {
            throw new Refused(where + e.getMessage());
        }
    }

    private static Fault cut(String where, String how, int nodes) throws Refused {
        List<Set<Integer>> sides = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (String side : how.split("\\|", -1)) {
            Set<Integer> members = new HashSet<>();
            for (String member : side.strip().split("\\s*,\\s*", -1)) {
                int node = node(where, member, nodes);
                if (!seen.add(node)) {
                    throw new Refused(where + "node %d stands there twice".formatted(node));
                }
                members.add(node);
            }
            sides.add(members);
        }
        if (sides.size() < 2) {
            throw new Refused(where + "a cut has two sides or more: cut 0,1 | 2,3,4");
        }
        return new Fault.Cut(sides);
    }

    private static int node(String where, String text, int nodes) throws Refused {
        if (NUMBER.matcher(text).matches() && Integer.parseInt(text) < nodes) {
            return Integer.parseInt(text);
        }
        throw new Refused(where + "\"%s\" is no node; there are 0…%d".formatted(text, nodes - 1));
    }

    /** Whoever is killed is alive before, and whoever is started is dead: otherwise the plan is not what was meant. */
    private static void alternate(String name, List<Step> steps) throws Refused {
        Set<Integer> dead = new HashSet<>();
        for (Step s : steps) {
            if (s.fault() instanceof Fault.Kill(int node) && !dead.add(node)) {
                throw new Refused("%s: \"%s\" kills a node that is dead already".formatted(name, s.text()));
            }
            if (s.fault() instanceof Fault.Start(int node) && !dead.remove(node)) {
                throw new Refused("%s: \"%s\" starts a node that runs".formatted(name, s.text()));
            }
        }
    }
}
