package io.svcdht.system.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Everything that was asked of a network and what it answered, and what of that cannot be right. It believes no node: an
 * answer is held against what was asked for before it, never against another answer.
 *
 * <p>Times are milliseconds of one clock, the asker's. A request whose answer did not come may have happened or not: both
 * are taken for possible.
 *
 * <table>
 * <caption>What is held</caption>
 * <tr><td>invented</td><td>nobody ever asked for what is shown</td></tr>
 * <tr><td>over</td><td>shown after its end, by more than {@link #SLACK_MILLIS}</td></tr>
 * <tr><td>withdrawn</td><td>shown after it was taken back, by more than {@link #SPREAD_MILLIS}</td></tr>
 * <tr><td>lost</td><td>acknowledged, running, and not shown by a network that is whole</td></tr>
 * <tr><td>forgotten</td><td>the same by the very node that acknowledged it, at any time</td></tr>
 * <tr><td>positions</td><td>a place in a journal given twice, or a later one before an earlier one</td></tr>
 * </table>
 */
public final class History {
    /** Around the instant a record ends, either answer is right. */
    public static final long SLACK_MILLIS = 1_500;
    /** How long a withdrawal may take to reach those who hold a copy or remember an answer. */
    public static final long SPREAD_MILLIS = 90_000;

    /** What a write was answered. */
    public enum Outcome {
        ACKNOWLEDGED,
        /** Told that nothing was changed. */
        REFUSED,
        /** Nobody knows. */
        UNKNOWN
    }

    /** Whom a find asked. */
    public enum Scope {
        /** The node itself, of what it has. */
        LOCAL,
        /** The network, at a time when answers may be missing. */
        TROUBLED,
        /** The network, when all that runs can be reached and repairs have had their time. */
        WHOLE
    }

    /**
     * A request to announce or, with {@code ttlMillis} 0, to take back.
     *
     * @param life which journal of the node: a destroyed volume begins another
     * @param expiresAt as acknowledged; for what was not answered the latest it can be
     * @param copies how many others were told to hold it before the answer; 0 where nobody asked
     */
    public record Write(
            String cid,
            String locator,
            int node,
            int life,
            long began,
            long ended,
            Outcome outcome,
            long ttlMillis,
            long expiresAt,
            long position,
            int copies) {
        boolean announces() {
            return ttlMillis > 0;
        }
    }

    /** What a find showed; asked from {@code began} to {@code ended}. */
    public record Answer(String cid, int node, int life, Scope scope, long began, long ended, Set<String> locators) {
        public Answer {
            locators = Set.copyOf(locators);
        }
    }

    /** What cannot be right. */
    public record Violation(String rule, String what) {
        @Override
        public String toString() {
            return rule + ": " + what;
        }
    }

    private record Life(int node, int life) {}

    private final Queue<Write> writes = new ConcurrentLinkedQueue<>();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Map<Life, Integer> destroyed = new ConcurrentHashMap<>();

    public void add(Write write) {
        writes.add(write);
    }

    public void add(Answer answer) {
        answers.add(answer);
    }

    /**
     * A volume is gone for good, and with it {@code together} volumes at once: what only it acknowledged is excused, unless
     * it was told to have more copies than were destroyed together.
     */
    public void destroyed(int node, int life, int together) {
        destroyed.put(new Life(node, life), together);
    }

    public int writes() {
        return writes.size();
    }

    public int answers() {
        return answers.size();
    }

    /** Announcements that must be kept by now: acknowledged, and not excused by what was destroyed. */
    public List<Write> toKeep() {
        return writes.stream()
                .filter(w -> w.announces() && w.outcome() == Outcome.ACKNOWLEDGED && !isExcused(w))
                .toList();
    }

    private boolean isExcused(Write w) {
        Integer together = destroyed.get(new Life(w.node(), w.life()));
        return together != null && w.copies() < together;
    }

    /** Everything that cannot be right, in the order of the rules. */
    public List<Violation> violations() {
        List<Violation> found = new ArrayList<>();
        Map<String, List<Write>> byCid = new HashMap<>();
        for (Write w : writes) {
            byCid.computeIfAbsent(w.cid(), c -> new ArrayList<>()).add(w);
        }
        for (Answer a : answers) {
            List<Write> of = byCid.getOrDefault(a.cid(), List.of());
            Set<String> shown = new HashSet<>(a.locators());
            for (String locator : shown) {
                shown(a, locator, of, found);
            }
            for (Write w : of) {
                if (!shown.contains(w.locator()) && mustShow(a, w, of)) {
                    found.add(new Violation(a.scope() == Scope.LOCAL ? "forgotten" : "lost", w + " by " + a));
                }
            }
        }
        positions(found);
        return found;
    }

    /** Whether what is shown may be. */
    private static void shown(Answer a, String locator, List<Write> of, List<Violation> found) {
        List<Write> asked = of.stream()
                .filter(w -> w.locator().equals(locator) && w.outcome() != Outcome.REFUSED && w.began() <= a.ended())
                .toList();
        List<Write> announced = asked.stream().filter(Write::announces).toList();
        if (announced.isEmpty()) {
            found.add(new Violation("invented", locator + " in " + a));
            return;
        }
        if (announced.stream().allMatch(w -> w.expiresAt() + SLACK_MILLIS < a.began())) {
            found.add(new Violation("over", locator + " in " + a));
            return;
        }
        boolean takenBack = asked.stream()
                .anyMatch(w -> !w.announces()
                        && w.outcome() == Outcome.ACKNOWLEDGED
                        && w.ended() + SPREAD_MILLIS < a.began()
                        && announced.stream().allMatch(p -> p.ended() <= w.began()));
        if (takenBack) {
            found.add(new Violation("withdrawn", locator + " in " + a));
        }
    }

    /** Whether the answer must show the record, whatever else happened. */
    private boolean mustShow(Answer a, Write w, List<Write> of) {
        if (!w.announces() || w.outcome() != Outcome.ACKNOWLEDGED || a.scope() == Scope.TROUBLED) {
            return false;
        }
        boolean own = w.node() == a.node() && w.life() == a.life();
        if (a.scope() == Scope.LOCAL && !own) {
            return false;
        }
        if (isExcused(w)) {
            return false;
        }
        boolean running = w.ended() <= a.began() && a.ended() < w.expiresAt() - SLACK_MILLIS;
        return running && of.stream().noneMatch(o -> mayHaveEnded(o, w, a));
    }

    /** Whether another word of the same record may have put an end to this one before the answer. */
    private static boolean mayHaveEnded(Write other, Write w, Answer a) {
        return !other.equals(w)
                && other.locator().equals(w.locator())
                && other.outcome() != Outcome.REFUSED
                && other.ended() > w.began()
                && other.began() <= a.ended()
                && (!other.announces() || other.expiresAt() - SLACK_MILLIS <= a.ended());
    }

    private void positions(List<Violation> found) {
        Map<Life, List<Write>> journals = new HashMap<>();
        for (Write w : writes) {
            if (w.outcome() == Outcome.ACKNOWLEDGED) {
                journals.computeIfAbsent(new Life(w.node(), w.life()), l -> new ArrayList<>())
                        .add(w);
            }
        }
        for (List<Write> journal : journals.values()) {
            journal.sort(Comparator.comparingLong(Write::position));
            long latestBegan = Long.MIN_VALUE;
            Write before = null;
            for (Write w : journal) {
                if (before != null && before.position() == w.position()) {
                    found.add(new Violation("positions", "%s and %s have the same".formatted(before, w)));
                }
                if (w.ended() < latestBegan) {
                    found.add(
                            new Violation("positions", "%s was answered before an earlier one was asked".formatted(w)));
                }
                latestBegan = Math.max(latestBegan, w.began());
                before = w;
            }
        }
    }
}
