package io.svcdht.node.peering;

/**
 * What a node looks for of its own accord, for whoever reads the trace.
 *
 * @param text the content id it is about, empty = none
 */
public record Errand(Why why, String text) {
    /** The routing table's own lookups. */
    static final Errand UPKEEP = new Errand(Why.UPKEEP, "");

    /** On whose behalf. */
    public enum Why {
        /** A record that was just announced. */
        PROVIDE,
        /** One that was taken back. */
        WITHDRAWAL,
        /** The walk that says all records again. */
        REPUBLISH,
        /** Who is where in the network. */
        UPKEEP
    }

    /** The holders of a word. */
    static Errand of(Word word, boolean again) {
        return switch (word) {
            case Word.Announced(var record) ->
                new Errand(again ? Why.REPUBLISH : Why.PROVIDE, record.cid().text());
            case Word.Withdrawn(var cid, var _, var _) ->
                new Errand(again ? Why.REPUBLISH : Why.WITHDRAWAL, cid.text());
        };
    }
}
