package io.svcdht.system.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.system.history.History;
import io.svcdht.system.history.History.Answer;
import io.svcdht.system.history.History.Outcome;
import io.svcdht.system.history.History.Scope;
import io.svcdht.system.history.History.Write;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/**
 * Announces, takes back and asks, while nodes are killed, paused and cut off, and enters all of it into a history. Each
 * writer has one request in flight and records of its own.
 */
final class Traffic implements AutoCloseable {
    private static final long PAUSE_NANOS = Duration.ofMillis(40).toNanos();
    private static final long TTL_MILLIS = Duration.ofSeconds(Api.TTL_SECONDS).toMillis();
    private static final long LATE_MILLIS = Duration.ofMinutes(2).toMillis();

    private final Cluster cluster;
    private final History history;
    private final boolean replicated;
    private final List<Thread> writers = new ArrayList<>();
    private final Set<String> takenBack = java.util.concurrent.ConcurrentHashMap.newKeySet();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private volatile boolean stopped;

    private Traffic(Cluster cluster, History history, boolean replicated) {
        this.cluster = cluster;
        this.history = history;
        this.replicated = replicated;
    }

    /**
     * @param name keeps the records of two loads apart
     * @param replicated whether a writer waits until others hold its record
     */
    static Traffic on(Cluster cluster, History history, String name, int writers, boolean replicated) {
        Traffic traffic = new Traffic(cluster, history, replicated);
        for (int i = 0; i < writers; i++) {
            String own = name + "-" + i;
            Random random = new Random(own.hashCode());
            traffic.writers.add(Thread.ofVirtual().name(own).start(() -> traffic.write(own, random)));
        }
        return traffic;
    }

    /** Acknowledged announcements so far. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** Whether somebody has begun to take it back. */
    boolean isTakenBack(Write word) {
        return takenBack.contains(word.cid());
    }

    /** Waits for so many more acknowledgements. */
    void awaitMore(int count) {
        long until = acknowledged() + count;
        Awaitility.await("%d acknowledgements more".formatted(count))
                .atMost(Engine.PATIENCE)
                .until(() -> acknowledged() >= until);
    }

    private void write(String name, Random random) {
        List<Write> own = new ArrayList<>();
        try {
            for (int i = 0; !stopped; i++) {
                List<ContainerNode> running = cluster.running();
                ContainerNode node = running.get(random.nextInt(running.size()));
                int dice = random.nextInt(10);
                if (dice < 6 || own.isEmpty()) {
                    provide(node, "b3:%s-%d".formatted(name, i), own);
                } else if (dice == 6) {
                    withdraw(own.remove(random.nextInt(own.size())));
                } else {
                    find(node, own.get(random.nextInt(own.size())), random.nextBoolean());
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            complaints.add(e.toString());
        }
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    private void provide(ContainerNode node, String cid, List<Write> own) throws InterruptedException {
        String locator = "local://" + cid.substring(3);
        int life = node.life();
        long began = now();
        Write word = new Write(
                cid,
                locator,
                node.index(),
                life,
                began,
                began + LATE_MILLIS,
                Outcome.UNKNOWN,
                TTL_MILLIS,
                began + LATE_MILLIS + TTL_MILLIS,
                0,
                0);
        try {
            HttpResponse<String> answer = node.api().provide(cid, locator, Api.TTL_SECONDS, replicated);
            long ended = now();
            if (answer.statusCode() == 200) {
                JsonNode json = Api.json(answer);
                word = new Write(
                        cid,
                        locator,
                        node.index(),
                        life,
                        began,
                        ended,
                        Outcome.ACKNOWLEDGED,
                        TTL_MILLIS,
                        Instant.parse(json.get("expires_at").asText()).toEpochMilli(),
                        json.get("position").asLong(),
                        json.path("replicas").asInt());
                own.add(word);
                acknowledged.incrementAndGet();
            } else if (changedNothing(answer)) {
                word = new Write(
                        cid, locator, node.index(), life, began, ended, Outcome.REFUSED, TTL_MILLIS, began, 0, 0);
            }
        } catch (IOException e) {
            // Whether it happened is not known.
        }
        history.add(word);
    }

    /** Taken back where it was announced: nobody else can. */
    private void withdraw(Write of) throws InterruptedException {
        ContainerNode node = cluster.get(of.node());
        if (node.isDown() || node.life() != of.life()) {
            return;
        }
        long began = now();
        takenBack.add(of.cid());
        Outcome outcome = Outcome.UNKNOWN;
        long ended = began + LATE_MILLIS;
        long position = 0;
        try {
            HttpResponse<String> answer = node.api().withdraw(of.cid(), of.locator());
            ended = now();
            if (answer.statusCode() == 200) {
                outcome = Outcome.ACKNOWLEDGED;
                position = Api.json(answer).get("position").asLong();
            } else if (changedNothing(answer)) {
                outcome = Outcome.REFUSED;
            }
        } catch (IOException e) {
            // As above.
        }
        history.add(
                new Write(of.cid(), of.locator(), of.node(), of.life(), began, ended, outcome, 0, began, position, 0));
    }

    private static boolean changedNothing(HttpResponse<String> answer) {
        return answer.body().contains("\"code\":\"NotReady\"")
                || answer.body().contains("\"code\":\"QuotaHit\"")
                || answer.statusCode() == 404;
    }

    private void find(ContainerNode node, Write w, boolean own) throws InterruptedException {
        ContainerNode asked = own ? cluster.get(w.node()) : node;
        try {
            ask(asked, w.cid(), own ? Scope.LOCAL : Scope.TROUBLED, own ? "?local=true" : "?deadline_ms=5000");
        } catch (IOException e) {
            // No answer is no wrong answer.
        }
    }

    /** Asks, and enters the answer; what is shown. Anything but an answer to the question is left out. */
    private Set<String> ask(ContainerNode node, String cid, Scope scope, String query)
            throws IOException, InterruptedException {
        int life = node.life();
        long began = now();
        HttpResponse<String> answer = node.api().find(cid, query);
        Set<String> shown = new HashSet<>();
        if (answer.statusCode() == 200) {
            Api.json(answer).get("providers").forEach(p -> shown.add(p.asText()));
            history.add(new Answer(cid, node.index(), life, scope, began, now(), shown));
        }
        return shown;
    }

    // --- once the faults are over ------------------------------------------------------------------------------------

    /** Announcements that hold: acknowledged, not taken back, and not only on volumes that are gone. */
    List<Write> holding() {
        return history.toKeep().stream()
                .filter(w -> !takenBack.contains(w.cid()))
                .toList();
    }

    /**
     * Asks for each of them until it was found once, each time by another node, and then enters what the last asking
     * showed as an answer of a network that is whole: what is not there by then is lost.
     *
     * @return how long it took until 99 in 100 were found, milliseconds
     */
    long awaitFound(List<Write> words) throws InterruptedException {
        long began = System.nanoTime();
        long most = -1;
        List<Write> missing = new ArrayList<>(words);
        int round = 0;
        while (!missing.isEmpty() && System.nanoTime() - began < Engine.PATIENCE.toNanos()) {
            List<Write> next = new ArrayList<>();
            for (Write w : missing) {
                // Writers may go on: what one of them takes back meanwhile need not be found.
                if (!takenBack.contains(w.cid()) && !foundBy(someone(w, round), w)) {
                    next.add(w);
                }
            }
            missing = next;
            round++;
            if (most < 0 && missing.size() <= words.size() / 100) {
                most = (System.nanoTime() - began) / 1_000_000;
            }
        }
        for (Write w : missing) {
            enterWhole(someone(w, round), w);
        }
        return most;
    }

    private ContainerNode someone(Write w, int round) {
        List<ContainerNode> running = cluster.running();
        return running.get(Math.floorMod(w.cid().hashCode() + round, running.size()));
    }

    private boolean foundBy(ContainerNode node, Write w) throws InterruptedException {
        try {
            return ask(node, w.cid(), Scope.TROUBLED, "?deadline_ms=5000").contains(w.locator());
        } catch (IOException e) {
            return false;
        }
    }

    private void enterWhole(ContainerNode node, Write w) throws InterruptedException {
        Set<String> shown;
        long began = now();
        try {
            shown = ask(node, w.cid(), Scope.TROUBLED, "?deadline_ms=15000");
        } catch (IOException e) {
            shown = Set.of();
        }
        history.add(new Answer(w.cid(), node.index(), node.life(), Scope.WHOLE, began, now(), shown));
    }

    private record Question(ContainerNode node, Write about) {}

    /**
     * Asks every running node for each of them until it was shown; what is not shown by then is entered as above.
     *
     * @return how long it took, milliseconds
     */
    long awaitFoundEverywhere(List<Write> words) throws InterruptedException {
        long began = System.nanoTime();
        List<Question> open = new ArrayList<>();
        for (Write w : words) {
            cluster.running().forEach(n -> open.add(new Question(n, w)));
        }
        while (!open.isEmpty() && System.nanoTime() - began < Engine.PATIENCE.toNanos()) {
            List<Question> answered = new ArrayList<>();
            for (Question q : open) {
                if (takenBack.contains(q.about().cid()) || foundBy(q.node(), q.about())) {
                    answered.add(q);
                }
            }
            open.removeAll(answered);
        }
        long took = (System.nanoTime() - began) / 1_000_000;
        for (Question q : open) {
            enterWhole(q.node(), q.about());
        }
        return took;
    }

    /** Repair brings each back to so many holders; what was taken back meanwhile need not be held. */
    void awaitCopies(List<Write> words, int copies) {
        Awaitility.await("%d holders of each".formatted(copies))
                .atMost(Engine.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    Map<String, Set<ContainerNode>> holders = cluster.holdersOfAll();
                    assertThat(words)
                            .filteredOn(w -> !isTakenBack(w))
                            .filteredOn(
                                    w -> holders.getOrDefault(w.cid(), Set.of()).size() < copies)
                            .isEmpty();
                });
    }

    /** Each node must show what it acknowledged itself and has a volume for. */
    void askAtHome(List<Write> words) throws IOException, InterruptedException {
        Map<Integer, ContainerNode> running = new HashMap<>();
        cluster.running().forEach(n -> running.put(n.index(), n));
        for (Write w : words) {
            ContainerNode home = running.get(w.node());
            if (home != null && home.life() == w.life()) {
                ask(home, w.cid(), Scope.LOCAL, "?local=true");
            }
        }
    }

    /** Ends the writers, after the answers in flight. */
    void end() throws InterruptedException {
        stopped = true;
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(complaints).isEmpty();
    }

    /** The same for a test that has failed already. */
    @Override
    public void close() {
        stopped = true;
    }
}
