package io.svcdht.node;

import io.svcdht.node.kad.BucketMix;
import io.svcdht.node.kad.Sighting;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.net.Ways;
import io.svcdht.node.wire.TraceContext;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.LookupRecord.Asker;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The other nodes, as this one's adapters see them. All methods may be called from any thread; none blocks or fails. */
public interface Network {
    /**
     * What is looked for.
     *
     * @param text what was asked with, for whoever reads the trace
     * @param deadlineMillis the end in any case, empty = as configured
     * @param paths disjoint paths, empty = as configured
     * @param anew whether an answer that is still remembered will not do
     * @param asker who wants it, for the same reader
     * @param trace the span that wants it, of a node that traces; null = of none
     */
    record Wanted(
            Key key,
            String text,
            UUID lookupId,
            OptionalInt deadlineMillis,
            OptionalInt paths,
            boolean anew,
            Asker asker,
            @Nullable TraceContext trace) {
        /** Part of no span, and nobody says who wants it. */
        public Wanted(
                Key key, String text, UUID lookupId, OptionalInt deadlineMillis, OptionalInt paths, boolean anew) {
            this(key, text, lookupId, deadlineMillis, paths, anew, Asker.UNTOLD, null);
        }

        /** Whatever is known already will do. */
        public Wanted(Key key, String text, UUID lookupId, OptionalInt deadlineMillis, OptionalInt paths) {
            this(key, text, lookupId, deadlineMillis, paths, false);
        }

        /** The same as part of a span, if there is one. */
        public Wanted within(@Nullable TraceContext span) {
            return span == null ? this : new Wanted(key, text, lookupId, deadlineMillis, paths, anew, asker, span);
        }

        public Wanted by(Asker who) {
            return new Wanted(key, text, lookupId, deadlineMillis, paths, anew, who, trace);
        }
    }

    /** Where an answer comes from. */
    enum Origin {
        CACHE,
        NETWORK
    }

    /**
     * What a search came to.
     *
     * @param trace how it went; null = it asked nobody
     */
    record Found(
            Origin origin, LookupResult result, @Nullable LookupRecord trace) {
        /** What a search comes to that never began. */
        public static final Found NOTHING = new Found(
                Origin.NETWORK,
                new LookupResult(LookupResult.Outcome.NO_PEERS, List.of(), List.of(), 0, 0, 0, 0),
                null);

        /** What an earlier search came to. */
        public static Found cached(List<ProviderRecord> records) {
            return new Found(
                    Origin.CACHE, new LookupResult(LookupResult.Outcome.FOUND, records, List.of(), 1, 0, 0, 0), null);
        }

        /** Whether there is a trace, which is kept as long as there is room. */
        public boolean traced() {
            return trace != null;
        }
    }

    /** Looks for records of a key. */
    CompletionStage<Found> find(Wanted wanted);

    /** Looks for the nodes closest to a key. */
    CompletionStage<Found> locate(Wanted wanted);

    /**
     * How many hold a word of our own.
     *
     * @param holders ourselves counted where we are one of the closest
     * @param lookup the lookup that told who the closest are; null = not known in time, or nobody was asked
     */
    record Replicas(int holders, @Nullable UUID lookup) {
        /** Nobody has told in time. */
        public static final Replicas UNTOLD = new Replicas(0, null);
    }

    /**
     * Answered when all were asked, or the time has passed.
     *
     * @param position of the event that says so
     * @param deadlineMillis empty = {@code provide_deadline_ms}
     */
    CompletionStage<Replicas> replicas(long position, OptionalInt deadlineMillis);

    /**
     * How one of our own words was last handed out.
     *
     * @param holders how many took it
     * @param failedAtMillis when it last reached nobody, 0 = never
     */
    record Handed(int holders, long atMillis, long failedAtMillis) {}

    /** Empty where it was not handed out in this run, or too long ago. */
    Optional<Handed> handed(Key key, String locator);

    /** The members of the routing table, by bucket. */
    CompletionStage<List<Sighting>> contacts();

    /**
     * By which ways it talks with these peers, with all to whom a stream stands, and with some more.
     *
     * @param others so many of those at most with whom it is in conversation beside these, who were heard of last first
     */
    CompletionStage<Ways> ways(Collection<NodeId> peers, int others);

    /** What its transport offers peers, in words for {@code /version}. */
    default List<String> features() {
        return List.of();
    }

    /** Looks into a bucket now; answered with how many peers in its range were heard of, once that is over. */
    CompletionStage<Integer> refresh(int bucket);

    /**
     * What a ping came to.
     *
     * @param nanos until then
     */
    record Pinged(Outcome outcome, long nanos) {
        public enum Outcome {
            ANSWERED,
            /** Another node answers at its address. */
            SOMEBODY_ELSE,
            /** No answer in time. */
            SILENT,
            UNREACHABLE,
            /** It is no member of the routing table, and only those are pinged. */
            NO_CONTACT
        }
    }

    /** Asks a member of the routing table for a sign of life; whether it gives one counts as every other check does. */
    CompletionStage<Pinged> ping(NodeId contact);

    /** Where peers reach this node, empty for a client. */
    Optional<PeerAddress> listens();

    /** How it finds others by a protocol that is not its own. */
    default Discovery discovery() {
        return Discovery.OFF;
    }

    /** What probes and pages show, taken at one moment. */
    Standing standing();

    /**
     * How this node stands among others.
     *
     * @param ready whether that is good enough to take writes
     * @param reason a short sentence: why it is, or what is missing
     * @param live members that answer
     * @param contacts members
     * @param networkSize nodes there are, about; 0 = no idea
     * @param seedsUp seeds that answered
     * @param seeds seeds there are
     * @param connections that stand
     * @param unpublished own words that wait to be handed out, or are on their way
     * @param buckets members of each bucket, from the widest to the deepest that has one
     * @param guard what stands against one network that would be all of this node's
     */
    record Standing(
            boolean ready,
            String reason,
            int live,
            int contacts,
            long networkSize,
            int filledBuckets,
            int expectedBuckets,
            int seedsUp,
            int seeds,
            int connections,
            int unpublished,
            List<Integer> buckets,
            Guard guard) {
        public Standing {
            buckets = List.copyOf(buckets);
        }

        /** Members of a bucket. */
        public int occupancy(int bucket) {
            return bucket < buckets.size() ? buckets.get(bucket) : 0;
        }
    }

    /**
     * What this node knows of who might try to be all it knows (contracts §4, asn_max_pct and asn_entropy_min).
     *
     * @param asns the file that says whose an address is; empty = none, a /24 or /48 counts as one owner
     * @param mixes whose the members of each bucket are, from the widest to the deepest that has one
     * @param alarm a sentence while the network looks hostile and lookups take more paths; empty = it does not
     * @param alarms places so far where ids were denser than luck makes them
     */
    record Guard(String asns, List<BucketMix> mixes, String alarm, long alarms) {
        public static final Guard NONE = new Guard("", List.of(), "", 0);

        public Guard {
            mixes = List.copyOf(mixes);
        }

        /** Of a bucket. */
        public BucketMix mix(int bucket) {
            return bucket < mixes.size() ? mixes.get(bucket) : BucketMix.EMPTY;
        }
    }
}
