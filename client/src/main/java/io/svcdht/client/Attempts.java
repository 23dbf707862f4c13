package io.svcdht.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a request until it is answered or its time is up.
 *
 * <pre>
 * answer                          what follows
 * 2xx                             the call is done
 * 429, 502, 503                   again, after Retry-After at least
 * connection refused, cut, late   again
 * anything else                   the call is refused
 * </pre>
 *
 * Only for what may happen twice: to find, to announce the same, to withdraw. The place among those in flight is given
 * up while it waits, so that a call that is refused does not hold up others.
 */
final class Attempts {
    private static final Set<Integer> AGAIN = Set.of(429, 502, 503);
    private static final int RETRY_AFTER_SECONDS_MAX = 60;

    private final HttpClient http;
    private final ClientSettings settings;
    private final InFlight inFlight;
    private final DoubleSupplier luck;
    private volatile boolean closed;

    Attempts(HttpClient http, ClientSettings settings, InFlight inFlight, DoubleSupplier luck) {
        this.http = http;
        this.settings = settings;
        this.inFlight = inFlight;
        this.luck = luck;
    }

    /**
     * Asks until there is an answer.
     *
     * @param refused reads what a refusal says
     */
    <T> CompletableFuture<HttpResponse<T>> ask(
            HttpRequest.Builder request, BodyHandler<T> body, Function<HttpResponse<T>, Problem> refused) {
        Call<T> call = new Call<>(request, body, refused);
        call.result.orTimeout(settings.deadline().toNanos(), TimeUnit.NANOSECONDS);
        call.attempt();
        return call.result.exceptionallyCompose(e -> CompletableFuture.failedFuture(call.told(e)));
    }

    /** What fails from now on is not asked again. */
    void close() {
        closed = true;
    }

    /** What a refusal says of itself. */
    record Problem(String code, String detail) {}

    private final class Call<T> {
        private final HttpRequest.Builder request;
        private final BodyHandler<T> body;
        private final Function<HttpResponse<T>, Problem> refused;
        private final CompletableFuture<HttpResponse<T>> result = new CompletableFuture<>();
        private final long endsAtNanos = System.nanoTime() + settings.deadline().toNanos();
        private final AtomicInteger attempts = new AtomicInteger();
        private volatile @Nullable Throwable lastFailure;

        Call(HttpRequest.Builder request, BodyHandler<T> body, Function<HttpResponse<T>, Problem> refused) {
            this.request = request;
            this.body = body;
            this.refused = refused;
        }

        private Duration left() {
            return Duration.ofNanos(endsAtNanos - System.nanoTime());
        }

        void attempt() {
            inFlight.enter(this::send);
        }

        private void send() {
            Duration left = left();
            if (result.isDone() || !left.isPositive()) {
                inFlight.leave();
                return;
            }
            attempts.incrementAndGet();
            HttpRequest once = request.timeout(left.compareTo(settings.attemptMax()) < 0 ? left : settings.attemptMax())
                    .build();
            CompletableFuture<HttpResponse<T>> sent;
            try {
                sent = http.sendAsync(once, body);
            } catch (RuntimeException e) {
                sent = CompletableFuture.failedFuture(e);
            }
            CompletableFuture<HttpResponse<T>> underWay = sent;
            // Who no longer wants the answer does not keep the connection.
            var _ = result.whenComplete((r, e) -> underWay.cancel(true));
            var _ = sent.whenComplete((answer, e) -> {
                inFlight.leave();
                if (e == null) {
                    answered(answer);
                } else {
                    failed(e instanceof CompletionException c && c.getCause() != null ? c.getCause() : e);
                }
            });
        }

        private void answered(HttpResponse<T> answer) {
            int status = answer.statusCode();
            if (status / 100 == 2) {
                result.complete(answer);
                return;
            }
            Problem p = refused.apply(answer);
            DhtException e = new DhtException(
                    DhtException.Reason.REFUSED,
                    status,
                    p.code(),
                    attempts.get(),
                    "%d %s: %s".formatted(status, p.code(), p.detail()),
                    null);
            if (AGAIN.contains(status)) {
                again(e, retryAfter(answer));
            } else {
                result.completeExceptionally(e);
            }
        }

        private void failed(Throwable e) {
            if (closed) {
                result.completeExceptionally(DhtException.closed());
            } else if (e instanceof IOException) {
                again(e, Duration.ZERO);
            } else {
                result.completeExceptionally(e);
            }
        }

        private void again(Throwable why, Duration least) {
            // What the deadline cut off says less than a refusal before it.
            if (!(why instanceof HttpTimeoutException && lastFailure instanceof DhtException)) {
                lastFailure = why;
            }
            Duration wait = settings.backoff().before(attempts.get(), luck.getAsDouble(), least);
            if (!result.isDone() && wait.compareTo(left()) < 0) {
                CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS)
                        .execute(this::attempt);
            }
            // Else nothing can come before the deadline, which ends the call by itself.
        }

        private static Duration retryAfter(HttpResponse<?> answer) {
            String text = answer.headers().firstValue("retry-after").orElse("");
            boolean seconds =
                    !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(Character::isDigit);
            return seconds
                    ? Duration.ofSeconds(Math.min(Integer.parseInt(text), RETRY_AFTER_SECONDS_MAX))
                    : Duration.ZERO;
        }

        /** What the caller is told of the end of a call. */
        Throwable told(Throwable e) {
            Throwable cause = e instanceof CompletionException c && c.getCause() != null ? c.getCause() : e;
            if (!(cause instanceof TimeoutException)) {
                return cause;
            }
            Throwable last = lastFailure;
            DhtException refusal = last instanceof DhtException d ? d : null;
            return new DhtException(
                    DhtException.Reason.DEADLINE,
                    refusal == null ? 0 : refusal.status().orElse(0),
                    refusal == null ? "" : refusal.code(),
                    attempts.get(),
                    "no answer within %d ms and %d attempts; the last: %s"
                            .formatted(
                                    settings.deadline().toMillis(), attempts.get(), last == null ? "under way" : last),
                    last);
        }
    }
}
