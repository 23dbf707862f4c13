package io.svcdht.node.network;

import io.svcdht.node.NetworkMeter;
import io.svcdht.node.News;
import io.svcdht.node.Node;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.peering.AnswerCache;
import io.svcdht.node.recent.Refusals.Way;
import io.svcdht.node.recent.Refusals.What;
import io.svcdht.node.trust.Outcome.Accepted;
import io.svcdht.node.trust.Outcome.Refused;
import io.svcdht.node.trust.RootProof;
import io.svcdht.node.trust.Vouched;
import io.svcdht.node.wire.Malformed;
import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.node.wire.oap.Message;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.Response.Result;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers peers. What they hand us is paid for, checked on a worker and given to the engine; it is answered when it is
 * durable, and so is everything they are told of.
 */
final class Serving {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);
    /** What the event of a record takes in the journal, beside the record itself. */
    private static final int EVENT_BYTES = 64;

    private static final String CLASSICAL_ID = "pq_require_on has passed, and your id has no ML-DSA-87 key";
    private static final String TOO_MUCH = "more to keep than this node journals a second";

    private final Node node;
    private final RoutingTable table;
    private final Words words;
    private final RootFetch fetch;
    private final Seldom told = new Seldom();
    private final Executor workers;
    private final JournalBudget budget;
    private final AnswerCache answers;
    private final Supplier<Encoded> nodeRecord;
    private final long sequence;
    private final NetworkMeter meter;
    private final News news;
    private final int k;

    Serving(
            Node node,
            RoutingTable table,
            Words words,
            RootFetch fetch,
            Executor workers,
            JournalBudget budget,
            AnswerCache answers,
            Supplier<Encoded> nodeRecord,
            long sequence,
            NetworkMeter meter,
            News news) {
        this.node = node;
        this.table = table;
        this.words = words;
        this.fetch = fetch;
        this.workers = workers;
        this.budget = budget;
        this.answers = answers;
        this.nodeRecord = nodeRecord;
        this.sequence = sequence;
        this.meter = meter;
        this.news = news;
        this.k = node.config().network().search().k();
    }

    CompletionStage<? extends Response> answer(NodeKeys keys, Request request, long nowNanos) {
        NodeId caller = keys.id();
        if (words.refuses(keys, node.nowMillis())) {
            meter.refused(Way.HERE, caller, Refusal.PQ_REQUIRED.reason(), () -> new What(CLASSICAL_ID));
            return now(new Response.Refused(request.opcode(), WireCode.BadSignature, CLASSICAL_ID));
        }
        return switch (request) {
            case Request.Ping ping -> now(new Response.Pong(sequence));
            case Request.FindNode find -> now(new Response.Nodes(closest(caller, find.target())));
            case Request.FindValue find -> values(caller, find);
            case Request.Provide provide -> provide(caller, provide, nowNanos);
            case Request.NodeRecord r -> onWorker(() -> new Response.NodeRecord(nodeRecord.get()), busy(request));
            case Request.GetRoot root -> onWorker(() -> root(root), busy(request));
        };
    }

    /** Whether this node has nothing to do with a node of these keys. */
    boolean refuses(NodeKeys keys) {
        return words.refuses(keys, node.nowMillis());
    }

    private Response root(Request.GetRoot asked) {
        return words.root(asked.root())
                .<Response>map(s -> new Response.Root(asked.root(), s))
                .orElseGet(
                        () -> new Response.Refused(asked.opcode(), WireCode.StaleRecord, "no such root is known here"));
    }

    private static CompletionStage<Response> now(Response response) {
        return CompletableFuture.completedStage(response);
    }

    private static Response busy(Request request) {
        return new Response.Refused(request.opcode(), WireCode.Busy, "as many records to check as this node can");
    }

    private <T> CompletionStage<T> onWorker(Supplier<T> work, T ifBusy) {
        try {
            return CompletableFuture.supplyAsync(work, workers);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedStage(ifBusy);
        }
    }

    private List<Contact> closest(NodeId caller, Key target) {
        return table.closestAnswering(target, k, caller).stream()
                .map(Peer::contact)
                .toList();
    }

    private CompletionStage<Response> values(NodeId caller, Request.FindValue find) {
        List<ProviderRecord> held = durable(find.key(), find.limit());
        if (held.isEmpty()) {
            return now(new Response.Found(List.of(), Map.of(), closest(caller, find.key())));
        }
        // A hot record is there as it goes out, and needs no other thread's turn.
        Words.Bundle ready = words.ready(held);
        if (ready != null) {
            return now(found(ready));
        }
        CompletionStage<CompletionStage<Response>> bundled =
                onWorker(() -> words.held(held).thenApply(Serving::found), now(busy(find)));
        return bundled.thenCompose(stage -> stage);
    }

    private static Response found(Words.Bundle b) {
        return new Response.Found(b.records(), b.roots(), List.of());
    }

    /** What would outlive a power cut: peers are not told of anything else. */
    private List<ProviderRecord> durable(Key key, int limit) {
        List<StoredRecord> all = node.providers().holdersOf(key).records();
        if (all.isEmpty() || node.routing().denied().refuses(key)) {
            return List.of();
        }
        long now = node.nowMillis();
        long position = node.toldUpTo();
        List<ProviderRecord> held = new ArrayList<>(Math.min(limit, all.size()));
        for (StoredRecord r : all) {
            if (held.size() < limit && r.aliveAt(now) && r.position() <= position) {
                held.add(r.record());
            }
        }
        return held;
    }

    private CompletionStage<Response> provide(NodeId caller, Request.Provide provide, long nowNanos) {
        long bytes = 0;
        for (Encoded record : provide.records()) {
            bytes += record.length() + EVENT_BYTES;
        }
        for (Map.Entry<Key, Encoded> root : provide.roots().entrySet()) {
            bytes += node.roots().root(root.getKey()) == null ? root.getValue().length() + EVENT_BYTES : 0;
        }
        if (!budget.take(caller, bytes, nowNanos)) {
            meter.refused(Way.HERE, caller, Refusal.QUOTA.reason(), () -> new What(TOO_MUCH));
            return now(new Response.Refused(provide.opcode(), WireCode.QuotaExceeded, TOO_MUCH));
        }
        // Found here, for the table belongs to this thread.
        Peer known = table.find(caller);
        CompletionStage<CompletionStage<Response>> checked = onWorker(
                () -> checked(known, provide, nowNanos)
                        .thenCompose(c -> hold(new Offer(caller, provide.records()), c.outcomes())),
                now(busy(provide)));
        return checked.thenCompose(stage -> stage);
    }

    /** On a worker; a root that did not come with the records is asked for once, and paid for as if it had. */
    private CompletionStage<Words.Checked> checked(@Nullable Peer known, Request.Provide provide, long nowNanos) {
        Predicate<SignedRecord> admits = r -> admits(r, nowNanos);
        Words.Checked first = words.check(provide.records(), provide.roots(), admits, node.nowMillis());
        int lacking = Math.min(first.lacking().size(), RootFetch.ROOTS_MAX);
        if (known == null || lacking == 0 || !budget.take((long) lacking * Message.SIGNATURES_BYTES_MAX, nowNanos)) {
            return CompletableFuture.completedStage(first);
        }
        return fetch.complete(known.contact(), first.lacking(), provide.roots())
                .thenApplyAsync(all -> words.check(provide.records(), all, admits, node.nowMillis()), workers)
                .exceptionally(tooManyWait -> first);
    }

    /** Asked before the signature is checked, which costs a hundred times as much. */
    private boolean admits(SignedRecord r, long nowNanos) {
        return budget.admits(r.publisher().id(), r.cid().key(), weight(r), nowNanos);
    }

    /** About what its event takes, without its proof. */
    private static long weight(SignedRecord r) {
        return r.cid().text().length() + r.locator().length() + 3L * EVENT_BYTES;
    }

    /** Records somebody wants held. */
    private record Offer(NodeId caller, List<Encoded> records) {
        /** What is to be said of one that was refused; it is read again, which is cheap enough now and then. */
        What what(int index, String detail) {
            try {
                SignedRecord r = SignedRecord.decode(records.get(index).bytes());
                return new What(
                        detail,
                        ContentId.canonical(r.cid().key()),
                        r.publisher().id().text());
            } catch (Malformed e) {
                return new What(detail);
            }
        }
    }

    private CompletionStage<Response> hold(Offer offer, List<io.svcdht.node.trust.Outcome<Vouched>> checked) {
        List<SignedRecord> good = new ArrayList<>(checked.size());
        Map<Key, RootProof> roots = new HashMap<>();
        for (io.svcdht.node.trust.Outcome<Vouched> outcome : checked) {
            if (outcome instanceof Accepted<Vouched>(Vouched(SignedRecord r, RootProof root))) {
                budget.charge(r.publisher().id(), r.cid().key(), weight(r), System.nanoTime());
                good.add(r);
                if (root != null) {
                    roots.put(root.root().id(), root);
                }
            }
        }
        if (good.isEmpty()) {
            return now(new Response.Provided(results(offer, checked, List.of())));
        }
        CompletableFuture<Response> answer = new CompletableFuture<>();
        node.submit(new Input.Hold(good, roots, outcome -> {
            List<Outcome> held = each(outcome, good.size());
            for (int i = 0; i < good.size(); i++) {
                SignedRecord r = good.get(i);
                answers.forget(r.cid().key());
                if (held.get(i) instanceof Outcome.Held(long position) && !r.withdrawal()) {
                    news.accepted(r.cid(), r.publisher().id(), r.locator(), r.ttlSeconds(), position);
                }
            }
            answer.complete(new Response.Provided(results(offer, checked, held)));
        }));
        return answer;
    }

    private static List<Outcome> each(Outcome outcome, int count) {
        return outcome instanceof Outcome.Each(List<Outcome> outcomes)
                ? outcomes
                : java.util.Collections.nCopies(count, outcome);
    }

    /** One for each that came: of the verifier where it refused, of the engine else. */
    private List<Result> results(Offer offer, List<io.svcdht.node.trust.Outcome<Vouched>> checked, List<Outcome> held) {
        List<Result> results = new ArrayList<>(checked.size());
        int next = 0;
        for (int i = 0; i < checked.size(); i++) {
            results.add(
                    switch (checked.get(i)) {
                        case Refused<Vouched>(var why, String detail) -> result(offer, i, why, detail);
                        case Accepted<Vouched> a -> result(offer, i, held.get(next++));
                    });
        }
        return results;
    }

    private Result result(Offer offer, int index, Outcome outcome) {
        if (!(outcome instanceof Outcome.Refused(ErrorCode code, String detail))) {
            return new Result(WireCode.Ok, "");
        }
        meter.refused(Way.HERE, offer.caller(), code.reason(), () -> offer.what(index, detail));
        return result(code, detail);
    }

    private Result result(Offer offer, int index, Refusal why, String detail) {
        meter.refused(Way.HERE, offer.caller(), why.reason(), () -> offer.what(index, detail));
        if (why == Refusal.PQ_REQUIRED && told.now(System.nanoTime())) {
            LOG.warn("A peer's record was refused: {}; its node has to sign with ML-DSA-87 too", detail);
        }
        return result(why.code(), detail);
    }

    private Result result(ErrorCode code, String detail) {
        meter.rejected(code);
        news.rejected(code, detail);
        return new Result(
                WireCode.of(code.wireCode()).orElse(WireCode.Busy),
                detail.length() <= Response.REASON_BYTES_MAX ? detail : code.advice());
    }
}
