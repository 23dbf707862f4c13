package io.svcdht.node.peering;

import java.util.function.Consumer;

/** One publication on its way to its holders. */
final class Holders {
    final long ticket;
    final Word word;
    private final long lookup;
    private final Runnable settled;
    private int waiting;
    private int accepted;

    /**
     * @param ticket whose end is told as {@link PeeringAction.Published}
     * @param lookup ticket of the lookup that told whom to hand it to
     * @param settled called at that end
     */
    Holders(long ticket, Word word, long lookup, Runnable settled) {
        this.ticket = ticket;
        this.word = word;
        this.lookup = lookup;
        this.settled = settled;
    }

    /** One more was, or is to be, handed the word. */
    void asked() {
        waiting++;
    }

    /** We hold it ourselves, and are one of the closest. */
    void heldHere() {
        accepted++;
    }

    void ended(boolean held, Consumer<PeeringAction> out) {
        waiting--;
        accepted += held ? 1 : 0;
        settle(out);
    }

    /** Tells the end, if there is nobody left to wait for. */
    void settle(Consumer<PeeringAction> out) {
        if (waiting == 0) {
            settled.run();
            out.accept(new PeeringAction.Published(ticket, word, accepted, lookup));
        }
    }
}
