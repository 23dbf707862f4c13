package io.svcdht.console.cli;

import io.svcdht.console.cli.ApiClient.Answer;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/** Announces one content id and waits out a node that is busy, starting, or gone for a moment. */
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
        long began = System.nanoTime();
        for (int tries = 0; ; tries++) {
            Result last;
            long retryAfterMillis = 0;
            try {
                Answer answer = api.post("/dht/provide", provision.body(cid));
                if (answer.ok()) {
                    return new Result.Announced(answer);
                }
                if (!passes(answer)) {
                    return answer.status() == 400 || answer.status() == 413
                            ? new Result.Failed(answer.problem())
                            : new Result.Hopeless(answer.problem());
                }
                retryAfterMillis = answer.retryAfterSeconds() * 1000;
                last = new Result.Failed(answer.problem());
            } catch (IOException e) {
                last = new Result.Hopeless(
                        String.valueOf(ApiClient.unreachable(api.base(), e).getMessage()));
            }
            long spentMillis = (System.nanoTime() - began) / 1_000_000;
            long pause = Math.max(pauseMillis(tries), retryAfterMillis);
            if (stopped.getAsBoolean() || spentMillis + pause > patienceMillis || !sleep(pause)) {
                return last;
            }
        }
    }

    /** Whether the same request may be taken a little later. A node at its cap is not. */
    private static boolean passes(Answer answer) {
        return answer.status() == 429
                || answer.status() == 503 && !answer.code().equals("CapReached");
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
