package io.svcdht.console.cli;

import io.svcdht.console.cli.ApiClient.Answer;
import io.svcdht.node.view.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Announces content ids, one or many in a request, and waits out a node that is busy, starting, or gone for a moment. */
final class Announcer {
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long PAUSE_MILLIS_MAX = 10_000;

    private final ApiClient api;
    private final Provision provision;
    private final long patienceMillis;
    private final BooleanSupplier stopped;

    /**
     * @param patienceMillis how long to go on trying after the first refusal
     * @param stopped asked between two tries
     */
    Announcer(ApiClient api, Provision provision, long patienceMillis, BooleanSupplier stopped) {
        this.api = api;
        this.provision = provision;
        this.patienceMillis = patienceMillis;
        this.stopped = stopped;
    }

    /** What became of it. */
    sealed interface Result {
        record Announced(Answer answer) implements Result {}

        /** This one did not work. */
        record Failed(String sentence) implements Result {}

        /** None will work any more. */
        record Hopeless(String sentence) implements Result {}
    }

    Result announce(String cid) {
        return announce(List.of(cid), this::one).getFirst();
    }

    /** Announces all in one request, each with a result of its own, in order. */
    List<Result> announceAll(List<String> cids) {
        return announce(cids, this::many);
    }

    /** One request for some content ids: a result for each, in order. */
    @FunctionalInterface
    private interface Attempt {
        List<Try> of(List<String> cids) throws IOException;
    }

    /**
     * What one attempt came to.
     *
     * @param passes whether the same may be taken a little later
     */
    private record Try(Result result, boolean passes, long retryAfterMillis) {}

    private List<Result> announce(List<String> cids, Attempt attempt) {
        Result[] results = new Result[cids.size()];
        List<Integer> open =
                new ArrayList<>(IntStream.range(0, cids.size()).boxed().toList());
        long began = System.nanoTime();
        for (int tries = 0; ; tries++) {
            List<Try> all = attempted(open.stream().map(cids::get).toList(), attempt);
            List<Integer> again = new ArrayList<>();
            long retryAfterMillis = 0;
            for (int i = 0; i < open.size(); i++) {
                Try one = all.get(i);
                results[open.get(i)] = one.result();
                if (one.passes()) {
                    again.add(open.get(i));
                    retryAfterMillis = Math.max(retryAfterMillis, one.retryAfterMillis());
                }
            }
            open = again;
            long spentMillis = (System.nanoTime() - began) / 1_000_000;
            long pause = Math.max(pauseMillis(tries), retryAfterMillis);
            if (open.isEmpty() || stopped.getAsBoolean() || spentMillis + pause > patienceMillis || !sleep(pause)) {
                return List.of(results);
            }
        }
    }

    private List<Try> attempted(List<String> cids, Attempt attempt) {
        try {
            return attempt.of(cids);
        } catch (IOException e) {
            String sentence =
                    String.valueOf(ApiClient.unreachable(api.base(), e).getMessage());
            return Collections.nCopies(cids.size(), new Try(new Result.Hopeless(sentence), true, 0));
        }
    }

    private List<Try> one(List<String> cids) throws IOException {
        Answer answer = api.post("/dht/provide", provision.body(cids.getFirst()));
        return List.of(judged(answer));
    }

    private List<Try> many(List<String> cids) throws IOException {
        StringBuilder body = new StringBuilder();
        cids.forEach(cid -> body.append(Json.text(provision.body(cid))).append('\n'));
        Answer answer = api.postLines("/dht/provide/batch", body.toString());
        if (!answer.ok()) {
            return Collections.nCopies(cids.size(), judged(answer));
        }
        List<Try> tries = new ArrayList<>();
        answer.body().lines().limit(cids.size()).forEach(line -> tries.add(judged(api.line(line))));
        while (tries.size() < cids.size()) {
            tries.add(new Try(new Result.Failed("the node's answer ended before it"), true, 0));
        }
        return tries;
    }

    private static Try judged(Answer answer) {
        if (answer.ok()) {
            return new Try(new Result.Announced(answer), false, 0);
        }
        String problem = answer.problem();
        return switch (answer.code()) {
            case "CapReached" -> new Try(new Result.Hopeless(problem), false, 0);
            case "BadRequest", "OverSize" -> new Try(new Result.Failed(problem), false, 0);
            default -> {
                boolean passes = answer.status() == 0 || answer.status() == 429 || answer.status() == 503;
                yield new Try(
                        passes ? new Result.Failed(problem) : new Result.Hopeless(problem),
                        passes,
                        answer.retryAfterSeconds() * 1000);
            }
        };
    }

    private static long pauseMillis(int tries) {
        long ceiling = Math.min(PAUSE_MILLIS_MAX, FIRST_PAUSE_MILLIS << Math.min(tries, 16));
        return ceiling / 2 + ThreadLocalRandom.current().nextLong(ceiling / 2 + 1);
    }

    private static boolean sleep(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
