package io.svcdht.node.network;

import io.svcdht.node.peering.Call;
import io.svcdht.node.peering.PeeringInput;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests of lookups: so many are under way at once, the rest waits, those that somebody waits for first. What was
 * given up meanwhile is never sent. Only for the network's event loop.
 */
final class Legs {
    /** More have no place to wait, and come to nothing at once. */
    static final int WAITING_MAX = 4_096;

    private final int max;
    private final Consumer<Call> send;
    private final Consumer<Call> turnedAway;
    private final ArrayDeque<Call> wanted = new ArrayDeque<>(0);
    private final ArrayDeque<Call> others = new ArrayDeque<>(0);
    private int underWay;

    /** @param send takes a leg on its way; {@link #ended} is called once for each */
    Legs(int max, Consumer<Call> send, Consumer<Call> turnedAway) {
        this.max = max;
        this.send = send;
        this.turnedAway = turnedAway;
    }

    void ask(Call leg) {
        if (underWay < max) {
            underWay++;
            send.accept(leg);
        } else if (wanted.size() + others.size() < WAITING_MAX) {
            (leg.ticket() <= PeeringInput.NOBODY_WAITS ? others : wanted).add(leg);
        } else {
            turnedAway.accept(leg);
        }
    }

    /** A leg that was sent has come to something. */
    void ended() {
        underWay--;
        while (underWay < max) {
            Call next = next();
            if (next == null) {
                return;
            }
            underWay++;
            send.accept(next);
        }
    }

    /** How many wait, about; any thread. */
    int waiting() {
        return wanted.size() + others.size();
    }

    private @Nullable Call next() {
        Call next = wanted.isEmpty() ? others.poll() : wanted.poll();
        while (next != null && !next.open()) {
            next = wanted.isEmpty() ? others.poll() : wanted.poll();
        }
        return next;
    }
}
