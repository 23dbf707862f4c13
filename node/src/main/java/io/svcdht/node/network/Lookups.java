package io.svcdht.node.network;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.svcdht.node.Network.Found;
import io.svcdht.node.Network.Origin;
import io.svcdht.node.Network.Wanted;
import io.svcdht.node.NetworkMeter;
import io.svcdht.node.NetworkMeter.Search;
import io.svcdht.node.News;
import io.svcdht.node.Node;
import io.svcdht.node.lookup.Lookup;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.peering.AnswerCache;
import io.svcdht.node.peering.Call;
import io.svcdht.node.peering.Errand;
import io.svcdht.node.peering.PeeringAction;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.peering.Request;
import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.trace.LookupRecord;
import io.svcdht.storage.trace.LookupRecord.Asker;
import io.svcdht.storage.trace.LookupRecord.Operation;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lookups under way, and what each leaves when it ends: an answer for whoever waits, and a trace, whether anybody waits or
 * not. Only for the network's event loop.
 */
final class Lookups {
    /** Lookups of our own that are over, and that a word of ours may still name. */
    private static final int OVER_MAX = 4_096;

    private record Pending(Wanted wanted, Operation operation, long startedAtMillis, CompletableFuture<Found> found) {}

    /** Began with its first request: before that nobody asks for its id. */
    private record Own(Wanted wanted, long startedAtMillis) {}

    private final Node node;
    private final NetworkMeter meter;
    private final News news;
    private final AnswerCache answers;
    private final NoArgGenerator ids =
            Generators.timeBasedEpochRandomGenerator(new Random(new SecureRandom().nextLong()));
    private final Map<Long, Pending> wanted = new HashMap<>();
    private final Map<Long, Own> own = new HashMap<>();
    private final Map<Long, UUID> over = BoundedMap.byAge(OVER_MAX);

    private long tickets = PeeringInput.NOBODY_WAITS;

    Lookups(Node node, NetworkMeter meter, News news, AnswerCache answers) {
        this.node = node;
        this.meter = meter;
        this.news = news;
        this.answers = answers;
    }

    /** What an earlier lookup found, empty = look anew. */
    List<ProviderRecord> remembered(Wanted w) {
        return w.anew() ? List.of() : answers.get(w.key(), node.nowMillis());
    }

    /** Takes note of what is looked for; the ticket is what its end will name. */
    long begin(Wanted w, Operation operation, CompletableFuture<Found> found) {
        long ticket = ++tickets;
        wanted.put(ticket, new Pending(w, operation, node.nowMillis(), found));
        return ticket;
    }

    /** What the call is part of, null = of no lookup. */
    @Nullable
    Wanted of(Call call) {
        long ticket = call.ticket();
        if (ticket == PeeringInput.NOBODY_WAITS) {
            return null;
        }
        if (ticket > PeeringInput.NOBODY_WAITS) {
            Pending p = wanted.get(ticket);
            return p == null ? null : p.wanted;
        }
        return own.computeIfAbsent(ticket, t -> begun(target(call.request()))).wanted;
    }

    private Own begun(Key target) {
        return new Own(
                new Wanted(target, "", ids.generate(), OptionalInt.empty(), OptionalInt.empty()), node.nowMillis());
    }

    private static Key target(Request request) {
        return switch (request) {
            case Request.FindNode(Key target) -> target;
            case Request.FindValue(Key key) -> key;
            case Request.Ping p -> throw new IllegalStateException("a ping is no leg");
            case Request.Provide p -> throw new IllegalStateException("handing over is no leg");
        };
    }

    /** A lookup that somebody wanted is over. */
    void ended(long ticket, LookupResult result, Lookup lookup) {
        Pending p = wanted.remove(ticket);
        if (p == null) {
            return;
        }
        Search search = p.operation == Operation.FIND ? Search.FIND : Search.FIND_NODE;
        meter.searched(search, result.hops(), result.hedges());
        meter.ended(search, result.outcome());
        answers.put(p.wanted.key(), result.records(), node.nowMillis());
        LookupRecord record =
                LookupRecords.of(p.wanted, p.startedAtMillis, p.operation, lookup.trace(System.nanoTime()));
        node.traces().keep(record);
        news.lookedUp(record);
        p.found.complete(new Found(Origin.NETWORK, result, record));
    }

    /** A lookup of our own is over. One that asked nobody leaves nothing: a node by itself has nothing to tell. */
    void ended(PeeringAction.Looked looked) {
        Own o = own.remove(looked.ticket());
        if (o == null) {
            return;
        }
        UUID id = o.wanted.lookupId();
        over.put(looked.ticket(), id);
        node.traces()
                .keep(LookupRecords.of(
                        id,
                        o.startedAtMillis,
                        looked.errand().why() == Errand.Why.UPKEEP ? Operation.REFRESH : Operation.PROVIDE,
                        asker(looked.errand().why()),
                        looked.errand().text(),
                        looked.lookup().trace(System.nanoTime())));
    }

    private static Asker asker(Errand.Why why) {
        return switch (why) {
            case PROVIDE -> Asker.PROVIDE;
            case WITHDRAWAL -> Asker.WITHDRAWAL;
            case REPUBLISH -> Asker.REPUBLISH;
            case UPKEEP -> Asker.UPKEEP;
        };
    }

    /** The id of a lookup of our own that ended a moment ago, null = it asked nobody, or too many ended since. */
    @Nullable
    UUID over(long ticket) {
        return over.get(ticket);
    }

    /** Nobody will be answered any more. */
    void stop() {
        wanted.values().forEach(p -> p.found.complete(Found.NOTHING));
    }
}
