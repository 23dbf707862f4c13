package io.svcdht.console.view;

import io.svcdht.node.History;
import io.svcdht.node.Node;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.view.Moment;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.replay.Moments;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.state.ProviderView;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.State;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a page shows, at one moment: the serving state, or one rebuilt from the journal beside it.
 *
 * @param past whether it is a moment of the past
 * @param position of the last event in it
 * @param nowMillis the time to count time left from
 * @param rebuiltMillis how long the past took to rebuild
 * @param budget to be asked during long work on a state of the past
 */
public record Scene(
        boolean past,
        long position,
        long nowMillis,
        long rebuiltMillis,
        ProviderView providers,
        Supplier<Routing> contacts,
        Budget budget) {
    /** Makes something of the state at the moment the visit names; a refusal is a {@link PageRefused}. */
    static <T> T look(Visit visit, Function<Scene, T> make) {
        Node node = visit.node();
        Optional<Asked> at = asked(visit, "at");
        if (at.isEmpty()) {
            return make.apply(new Scene(
                    false,
                    node.journal().lastPosition(),
                    node.nowMillis(),
                    0,
                    node.providers(),
                    () -> past(node, node::routing),
                    Budget.UNLIMITED));
        }
        long began = System.nanoTime();
        Asked a = at.get();
        return past(node, () -> node.history().at(a.position(), (view, budget) -> {
            State state = view.state();
            long millis = a.instantMillis() > 0 ? a.instantMillis() : state.instantMillis();
            return make.apply(new Scene(
                    true,
                    state.position(),
                    millis,
                    (System.nanoTime() - began) / 1_000_000,
                    state.providers(),
                    state::routing,
                    budget));
        }));
    }

    /** Contacts and bans. */
    Routing routing() {
        return contacts.get();
    }

    /**
     * A moment that was asked for.
     *
     * @param instantMillis 0 = a position was asked for
     */
    record Asked(String text, long position, long instantMillis) {
        /** The moment as a time. */
        long millis(Node node) {
            return instantMillis > 0 ? instantMillis : instantOf(node, position);
        }
    }

    /** The moment in a parameter, empty = live. */
    static Optional<Asked> asked(Visit visit, String name) {
        Optional<String> text = visit.text(name);
        if (text.isEmpty() || text.get().equals("live")) {
            return Optional.empty();
        }
        Node node = visit.node();
        if (node.config().amnesia()) {
            throw PageRefused.of(
                            ErrorCode.AmnesiaMode,
                            "This node runs in amnesia and keeps no past. Pages show it live; the latest events are in memory.")
                    .leadingTo("", "Overview, live");
        }
        Moment moment;
        try {
            moment = Moment.parse(text.get());
        } catch (IllegalArgumentException e) {
            throw PageRefused.badRequest(String.valueOf(e.getMessage())).leadingTo("", "Overview, live");
        }
        return Optional.of(past(node, () -> asked(node, text.get(), moment)));
    }

    private static Asked asked(Node node, String text, Moment moment) {
        return switch (moment) {
            case Moment.AtPosition(long position) -> {
                long last = node.journal().lastPosition();
                if (position > last) {
                    throw future("Event %s has not happened yet; the last is %s."
                            .formatted(Say.number(position), Say.number(last)));
                }
                yield new Asked(text, position, 0);
            }
            case Moment.AtInstant(long millis) -> {
                if (millis > node.nowMillis()) {
                    throw future("%s is in the future; this node's clock shows %s."
                            .formatted(Say.moment(millis), Say.moment(node.nowMillis())));
                }
                yield new Asked(text, node.history().positionAt(millis), millis);
            }
        };
    }

    private static PageRefused future(String sentence) {
        return PageRefused.of(ErrorCode.FuturePosition, sentence).leadingTo("", "Overview, live");
    }

    /** The instant of an event that is kept, 0 before all. */
    static long instantOf(Node node, long position) {
        return position == 0 ? 0 : Moments.entryAt(node.journal(), position).instantMillis();
    }

    /** What reading the past may come to, in words. */
    static <T> T past(Node node, Supplier<T> read) {
        try {
            return read.get();
        } catch (History.TooMuch e) {
            throw PageRefused.of(ErrorCode.QuotaHit, sentence(e));
        } catch (JournalTruncated e) {
            throw PageRefused.of(
                            ErrorCode.PositionPruned,
                            "This moment is no longer kept: the journal begins at position %s."
                                    .formatted(Say.number(e.firstRetained())))
                    .leadingTo("journal?at=seq:" + e.firstRetained(), "The first moment that is kept");
        } catch (JournalDamaged | JournalUnavailable | CheckpointDamaged e) {
            throw PageRefused.of(ErrorCode.JournalUnavailable, sentence(e));
        }
    }

    private static String sentence(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        return message.isEmpty() ? message : Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
    }
}
