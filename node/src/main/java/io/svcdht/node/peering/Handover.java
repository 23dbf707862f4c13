package io.svcdht.node.peering;

import io.svcdht.node.kad.Peer;
import io.svcdht.node.peering.Call.Purpose.ForWords;
import io.svcdht.node.peering.Response.Fate;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Words on their way to those that are to hold them. What waits for one peer goes in one message; who has no room is
 * given time, and who does not answer gets nothing more of what waited.
 */
final class Handover {
    /** A message of the largest words still fits a frame. */
    static final int WORDS_PER_MESSAGE_MAX = 60;

    private static final int MESSAGES_UNDER_WAY_MAX = 2;
    /** What waits for one peer at most; the rest comes with a repair. */
    static final int WAITING_MAX = 8_192;

    private static final long PAUSE_NANOS = 500_000_000L;
    private static final int ATTEMPTS_MAX = 12;

    /** A word for one peer. */
    static final class Parcel {
        final Word word;
        final @Nullable Holders holders;
        private int attempts;

        Parcel(Word word, @Nullable Holders holders) {
            this.word = word;
            this.holders = holders;
        }

        void ended(boolean held, Consumer<PeeringAction> out) {
            if (holders != null) {
                holders.ended(held, out);
            }
        }
    }

    private static final class Outbox {
        final ArrayDeque<Parcel> waiting = new ArrayDeque<>();
        Peer to;
        int underWay;
        boolean paused;

        Outbox(Peer to) {
            this.to = to;
        }
    }

    /** In order of ids, for nothing may depend on the order of a hash map. */
    private final TreeMap<NodeId, Outbox> outboxes = new TreeMap<>();

    private final HolderBook book;
    private final Timers timers;
    private final long timeoutNanos;

    Handover(HolderBook book, Timers timers, long timeoutNanos) {
        this.book = book;
        this.timers = timers;
        this.timeoutNanos = timeoutNanos;
    }

    /** Puts a word by for the peer; {@link #send} takes it on its way. */
    void put(Peer to, Word word, @Nullable Holders holders, Consumer<PeeringAction> out) {
        Outbox box = outboxes.computeIfAbsent(to.id(), id -> new Outbox(to));
        box.to = to;
        Parcel parcel = new Parcel(word, holders);
        if (box.waiting.size() < WAITING_MAX) {
            box.waiting.add(parcel);
        } else {
            parcel.ended(false, out);
        }
    }

    /** Words that wait or are under way. */
    boolean isBusy(NodeId peer) {
        Outbox box = outboxes.get(peer);
        return box != null && box.waiting.size() > WORDS_PER_MESSAGE_MAX;
    }

    /** Sends what waits, as far as each peer can take it now. */
    void send(long nowNanos, Consumer<PeeringAction> out) {
        for (Outbox box : List.copyOf(outboxes.values())) {
            send(box, nowNanos, out);
        }
    }

    private void send(Outbox box, long nowNanos, Consumer<PeeringAction> out) {
        while (!box.paused && box.underWay < MESSAGES_UNDER_WAY_MAX && !box.waiting.isEmpty()) {
            List<Parcel> parcels = new ArrayList<>();
            while (parcels.size() < WORDS_PER_MESSAGE_MAX && !box.waiting.isEmpty()) {
                parcels.add(box.waiting.removeFirst());
            }
            box.underWay++;
            Request request =
                    new Request.Provide(parcels.stream().map(p -> p.word).toList());
            out.accept(new PeeringAction.Send(
                    new Call(box.to, request, new ForWords(List.copyOf(parcels)), nowNanos, timeoutNanos)));
        }
        if (box.underWay == 0 && box.waiting.isEmpty()) {
            outboxes.remove(box.to.id());
        }
    }

    void answered(Peer peer, List<Parcel> parcels, Response response, long nowNanos, Consumer<PeeringAction> out) {
        Outbox box = ended(peer);
        List<Fate> fates = response instanceof Response.Taken(List<Fate> each) ? each : List.of();
        boolean full = false;
        for (int i = 0; i < parcels.size(); i++) {
            Parcel parcel = parcels.get(i);
            switch (i < fates.size() ? fates.get(i) : Fate.LATER) {
                case HELD -> {
                    book.holds(parcel.word.key(), peer.id());
                    parcel.ended(true, out);
                }
                case REFUSED -> parcel.ended(false, out);
                case LATER -> {
                    full = true;
                    if (++parcel.attempts < ATTEMPTS_MAX) {
                        box.waiting.add(parcel);
                    } else {
                        parcel.ended(false, out);
                    }
                }
            }
        }
        if (full && !box.paused) {
            box.paused = true;
            timers.at(nowNanos + PAUSE_NANOS, (now, o) -> {
                box.paused = false;
                send(box, now, o);
            });
        }
        send(box, nowNanos, out);
    }

    /** No answer: whatever waits for the peer waits in vain. */
    void failed(Peer peer, List<Parcel> parcels, Consumer<PeeringAction> out) {
        Outbox box = ended(peer);
        parcels.forEach(p -> p.ended(false, out));
        while (!box.waiting.isEmpty()) {
            box.waiting.removeFirst().ended(false, out);
        }
        if (box.underWay == 0) {
            outboxes.remove(peer.id());
        }
    }

    private Outbox ended(Peer peer) {
        Outbox box = outboxes.computeIfAbsent(peer.id(), id -> new Outbox(peer));
        box.underWay = Math.max(0, box.underWay - 1);
        return box;
    }
}
