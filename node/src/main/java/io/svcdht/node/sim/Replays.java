package io.svcdht.node.sim;

import java.util.Locale;

/**
 * What replaying journals of simulated nodes gave.
 *
 * @param journals how many were replayed
 * @param events in all of them
 * @param marks digests that stand in them, each derived again
 * @param wrongMarks those that came out otherwise
 * @param otherStates journals whose fold is not the state its node has
 * @param untoldTables nodes whose table has other members than its journal knows
 */
public record Replays(int journals, long events, int marks, int wrongMarks, int otherStates, int untoldTables) {
    static final Replays NONE = new Replays(0, 0, 0, 0, 0, 0);

    Replays plus(Replays more) {
        return new Replays(
                journals + more.journals,
                events + more.events,
                marks + more.marks,
                wrongMarks + more.wrongMarks,
                otherStates + more.otherStates,
                untoldTables + more.untoldTables);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d journals of %,d events with %,d digests; %d digests, %d states, %d tables came out otherwise",
                journals,
                events,
                marks,
                wrongMarks,
                otherStates,
                untoldTables);
    }
}
