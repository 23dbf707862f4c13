package io.svcdht.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.system.Ledger.Entry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writers that announce, renew and take back records over HTTP until the node is gone, one request in flight each, and
 * enter into a ledger what was acknowledged. No two writers touch the same record.
 */
final class Load implements AutoCloseable {
    private static final int WRITERS = 8;
    private static final int TTL_LONG_SECONDS = 3600;

    private final NodeProcess node;
    private final Ledger ledger;
    private final List<Thread> writers = new ArrayList<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private volatile boolean stopped;

    private Load(NodeProcess node, Ledger ledger) {
        this.node = node;
        this.ledger = ledger;
    }

    /** Starts writing; refusals of a node that boots are waited out. */
    static Load on(NodeProcess node, Ledger ledger, long seed) {
        Load load = new Load(node, ledger);
        for (int i = 0; i < WRITERS; i++) {
            Random random = new Random(seed * WRITERS + i);
            List<Entry> own = ledger.ofWriter(i);
            load.writers.add(Thread.ofVirtual().start(() -> load.write(own, random)));
        }
        return load;
    }

    /** Acknowledgements of this load so far. */
    long acknowledged() {
        return acknowledged.get();
    }

    private void write(List<Entry> own, Random random) {
        try {
            while (!stopped) {
                act(own, random);
            }
        } catch (IOException e) {
            // The node is gone: what was in flight stays open in the ledger.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void act(List<Entry> own, Random random) throws IOException, InterruptedException {
        int dice = random.nextInt(100);
        List<Entry> closed = own.stream().filter(e -> !e.isOpen()).limit(64).toList();
        if (closed.isEmpty() || dice < 60) {
            Entry fresh = ledger.fresh(own);
            provide(fresh, dice < 8 ? 1 + random.nextInt(2) : TTL_LONG_SECONDS);
        } else {
            Entry known = closed.get(random.nextInt(closed.size()));
            if (dice < 80 || !known.isLive()) {
                provide(known, TTL_LONG_SECONDS);
            } else {
                withdraw(known);
            }
        }
    }

    private void provide(Entry entry, int ttlSeconds) throws IOException, InterruptedException {
        entry.asks(Ledger.Word.PROVIDED);
        HttpResponse<String> answer = node.provide(entry.cid(), entry.locator(), ttlSeconds);
        if (answer.statusCode() == 200) {
            JsonNode json = NodeProcess.json(answer);
            entry.provided(
                    json.get("position").asLong(),
                    Instant.parse(json.get("expires_at").asText()));
            acknowledged.incrementAndGet();
        } else {
            refused(entry, answer);
        }
    }

    private void withdraw(Entry entry) throws IOException, InterruptedException {
        entry.asks(Ledger.Word.WITHDRAWN);
        HttpResponse<String> answer = node.withdraw(entry.cid(), entry.locator());
        if (answer.statusCode() == 200) {
            entry.withdrawn(NodeProcess.json(answer).get("position").asLong());
            acknowledged.incrementAndGet();
        } else {
            refused(entry, answer);
        }
    }

    /** A node that is not ready has changed nothing, nor has one that knows no such record; all else may have. */
    private void refused(Entry entry, HttpResponse<String> answer) {
        boolean untouched = answer.body().contains("\"code\":\"NotReady\"") || answer.statusCode() == 404;
        if (untouched) {
            entry.refused();
        }
        if (answer.statusCode() != 503 && answer.statusCode() != 404) {
            ledger.complain("%s answered %d %s".formatted(entry, answer.statusCode(), answer.body()));
        }
    }

    /** Ends the writers, after the answers in flight. */
    @Override
    public void close() {
        stopped = true;
        try {
            for (Thread writer : writers) {
                writer.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
