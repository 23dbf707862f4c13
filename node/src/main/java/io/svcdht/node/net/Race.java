package io.svcdht.node.net;

import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Tries addresses one after the other without waiting for the slow ones (RFC 8305): the next begins when the one before
 * has failed or its head start is over. The families take turns. Whoever arrives second is turned away.
 */
@SuppressWarnings("FutureReturnValueIgnored") // they complete by value, and these are the ends of the chains
final class Race {
    /** What became of one address, or of all. */
    sealed interface Outcome {
        record Won(Connection connection) implements Outcome {}

        record Lost(Failure why) implements Outcome {}
    }

    private final Vertx vertx;
    private final int staggerMillis;
    private final List<PeerAddress> addresses;
    private final Function<PeerAddress, CompletableFuture<Outcome>> attempt;
    private final CompletableFuture<Outcome> result = new CompletableFuture<>();
    private final long deadline;
    private long stagger = -1;
    private int next;
    private int running;
    private Failure worst = Failure.AddressRefused;

    private Race(
            Vertx vertx,
            NetLimits limits,
            List<PeerAddress> addresses,
            Function<PeerAddress, CompletableFuture<Outcome>> attempt) {
        this.vertx = vertx;
        this.staggerMillis = limits.staggerMillis();
        this.addresses = inTurns(addresses);
        this.attempt = attempt;
        this.deadline = vertx.setTimer(limits.dialMillis(), t -> end(new Outcome.Lost(Failure.DialTimeout)));
    }

    /** Runs on the event loop; the future completes there. */
    static CompletableFuture<Outcome> run(
            Vertx vertx,
            NetLimits limits,
            List<PeerAddress> addresses,
            Function<PeerAddress, CompletableFuture<Outcome>> attempt) {
        Race race = new Race(vertx, limits, addresses, attempt);
        race.go();
        return race.result;
    }

    /** The first family first, then one of each, in the order they came. */
    static List<PeerAddress> inTurns(List<PeerAddress> addresses) {
        List<PeerAddress> six = new ArrayList<>();
        List<PeerAddress> other = new ArrayList<>();
        addresses.forEach(a -> (a instanceof PeerAddress.Ip6 ? six : other).add(a));
        boolean sixFirst = !addresses.isEmpty() && addresses.getFirst() instanceof PeerAddress.Ip6;
        List<PeerAddress> first = sixFirst ? six : other;
        List<PeerAddress> second = sixFirst ? other : six;
        List<PeerAddress> turns = new ArrayList<>();
        for (int i = 0; i < Math.max(six.size(), other.size()); i++) {
            if (i < first.size()) {
                turns.add(first.get(i));
            }
            if (i < second.size()) {
                turns.add(second.get(i));
            }
        }
        return turns;
    }

    private void go() {
        vertx.cancelTimer(stagger);
        if (result.isDone()) {
            return;
        }
        if (next == addresses.size()) {
            if (running == 0) {
                end(new Outcome.Lost(worst));
            }
            return;
        }
        running++;
        PeerAddress address = addresses.get(next++);
        if (next < addresses.size()) {
            stagger = vertx.setTimer(staggerMillis, t -> go());
        }
        attempt.apply(address).thenAccept(this::arrived);
    }

    private void arrived(Outcome outcome) {
        running--;
        switch (outcome) {
            case Outcome.Won(Connection c) -> {
                if (result.isDone()) {
                    c.close(CloseReason.Replaced);
                } else {
                    end(outcome);
                }
            }
            case Outcome.Lost(Failure why) -> {
                // The later in the list of failures, the more it tells.
                worst = why.compareTo(worst) > 0 ? why : worst;
                go();
            }
        }
    }

    private void end(Outcome outcome) {
        vertx.cancelTimer(stagger);
        vertx.cancelTimer(deadline);
        result.complete(outcome);
    }
}
