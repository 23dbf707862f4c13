package io.svcdht.node.engine;

import io.svcdht.node.trust.RootProof;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.DhtEvent.Readiness;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import java.util.List;
import java.util.Map;

/** Everything that can make the engine do something. */
public sealed interface Input {
    /** How many records it may journal. */
    default int weight() {
        return 1;
    }

    /**
     * Announce that the content can be had at {@code locator}; values are already checked.
     *
     * @param locator empty = at this node itself
     */
    record Provide(ContentId cid, String locator, List<String> addrs, int ttlSeconds, ReplyTo replyTo)
            implements Input {}

    /**
     * Many provides in one step: taken in order, forced together, answered together by {@link Outcome.Each}.
     *
     * @param records what each of them announces; their own {@code replyTo} is not asked
     */
    record ProvideBatch(List<Provide> records, ReplyTo replyTo) implements Input {
        /** The content ids of so many of its records at most. */
        Key[] keys(int from, int count) {
            Key[] keys = new Key[Math.min(count, records.size() - from)];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = records.get(from + i).cid().key();
            }
            return keys;
        }

        @Override
        public int weight() {
            return records.size();
        }
    }

    /** Take back our record of this content id and locator. */
    record Withdraw(ContentId cid, String locator, ReplyTo replyTo) implements Input {}

    /**
     * The first input of a run.
     *
     * @param beganAtMillis when the process began, from which on nobody was heard of
     * @param networked whether {@link Surroundings} will say how this node stands among others; without a network it is
     *     alone
     */
    record Start(long epoch, String version, long beganAtMillis, boolean networked) implements Input {
        /** Of a node without a network. */
        public Start(long epoch, String version, long beganAtMillis) {
            this(epoch, version, beganAtMillis, false);
        }
    }

    /** How this node stands among others: ready only when they say so as well. */
    record Surroundings(Readiness readiness, String reason) implements Input {}

    /**
     * Words of other publishers, each verified; answered by {@link Outcome.Each}, one for each word in order.
     *
     * @param roots those that words refer to, by their ids
     */
    record Hold(List<SignedRecord> words, Map<Key, RootProof> roots, ReplyTo replyTo) implements Input {
        public Hold {
            words = List.copyOf(words);
            roots = Map.copyOf(roots);
        }

        @Override
        public int weight() {
            return words.size();
        }
    }

    /** Contacts came, answered or went. Nobody waits for it. */
    record Routed(List<DhtEvent.RoutingEvent> events) implements Input {
        public Routed {
            events = List.copyOf(events);
        }
    }

    /** Our own words reached those who are to hold them. Nobody waits for it. */
    record Replicated(List<Reached> words) implements Input {
        public Replicated {
            words = List.copyOf(words);
        }

        /**
         * One of them.
         *
         * @param issuedAtMillis of the word that was handed out; a later one makes it old news
         * @param holders 1 and more
         */
        public record Reached(Key key, String locator, long issuedAtMillis, int holders) {}
    }

    /** Have nothing to do with it from now on; the reason is already checked. */
    record Ban(Banned what, String reason, ReplyTo replyTo) implements Input {}

    /** Lift a ban. */
    record Unban(Banned what, ReplyTo replyTo) implements Input {}

    /** The last input of a run. */
    record Stop(String reason, ReplyTo replyTo) implements Input {}

    /** Time passed. */
    record Tick() implements Input {}

    /** The wall clock moved against the monotonic one. */
    record ClockStep(long deltaMillis) implements Input {}

    /** Something was done for the journal's sake, and is to be told in it. */
    record Kept(DhtEvent.Upkeep event, ReplyTo replyTo) implements Input {}

    /** Answered with {@link Outcome.Forced} once all events so far are on the medium, whatever the sync policy. */
    record Force(ReplyTo replyTo) implements Input {}

    /** Settings changed while running. */
    record Reconfigure(List<Change> changes, Limits limits, ReplyTo replyTo) implements Input {
        public Reconfigure {
            changes = List.copyOf(changes);
        }

        /** One setting's change, as text. */
        public record Change(String key, String from, String to, String source) {}
    }
}
