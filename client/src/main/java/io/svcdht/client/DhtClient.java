package io.svcdht.client;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Talks to a node over its HTTP API. All calls return at once; each future completes exactly once, with the answer or
 * with a {@link DhtException}. A node that restarts, or asks for patience, is asked again until the call's deadline.
 *
 * <p>May be used by any number of threads. Results come on threads of the client's own: what blocks belongs elsewhere.
 */
public final class DhtClient implements AutoCloseable {
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";

    private final ClientSettings settings;
    private final HttpClient http;
    private final Attempts attempts;
    /** Streams are read here: reading blocks. */
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();

    /** A client of one node. */
    public DhtClient(ClientSettings settings) {
        this.settings = settings;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.attemptMax())
                .build();
        this.attempts =
                new Attempts(http, settings, new InFlight(settings.inFlightMax()), () -> ThreadLocalRandom.current()
                        .nextDouble());
    }

    /** Of a node at the address, with settings for most uses. */
    public static DhtClient of(String api) {
        return new DhtClient(ClientSettings.of(URI.create(api)));
    }

    /** Asks who provides a content id: this node itself, or whom it finds. */
    public CompletableFuture<Found> find(String cid) {
        return find(cid, OptionalInt.empty(), false);
    }

    /**
     * As {@link #find(String)}.
     *
     * @param searchMillis what the node may take to search among others, 1 … 60,000; empty = as it is set
     * @param local whether the node is to ask nobody else
     */
    public CompletableFuture<Found> find(String cid, OptionalInt searchMillis, boolean local) {
        StringBuilder path = new StringBuilder("/dht/find_providers/").append(encoded(cid));
        path.append(local ? "?local=true" : "?local=false");
        searchMillis.ifPresent(ms -> path.append("&deadline_ms=").append(ms));
        return text(request(path.toString()).GET()).thenApply(body -> Answers.found(Answers.tree(body)));
    }

    /** Announces content; done when it is as durable as the node's sync policy says. */
    public CompletableFuture<Provided> provide(Provide what) {
        HttpRequest.Builder post = request("/dht/provide")
                .header("Content-Type", JSON)
                .POST(BodyPublishers.ofString(Answers.provide(what)));
        return text(post).thenApply(body -> Answers.provided(Answers.tree(body)));
    }

    /**
     * Takes an announcement back.
     *
     * @param locator as it was announced, {@code self} = at the node itself
     * @return whether there was one; after a connection that was cut it may have been this very call that took it back
     */
    public CompletableFuture<Boolean> withdraw(String cid, String locator) {
        String query = "?cid=" + encoded(cid) + "&node=" + encoded(locator);
        return text(request("/dht/provide" + query).DELETE())
                .thenApply(body -> true)
                .exceptionallyCompose(
                        e -> cause(e) instanceof DhtException d && d.code().equals("NotFound")
                                ? CompletableFuture.completedFuture(false)
                                : CompletableFuture.failedFuture(cause(e)));
    }

    /**
     * Announces any number of content ids, some hundred a request.
     *
     * @param what is read as results come, never more than two requests ahead; by threads of the client, one at a time
     * @param each is told every result, in order
     * @return how many lines there were, when all is done; fails with the first request that came to nothing
     */
    public CompletableFuture<Long> provideAll(Iterator<Provide> what, Consumer<LineResult<Provided>> each) {
        return new Batch<>(what, Answers::provide, Answers::provided, this::provideLines, each).run();
    }

    /** Asks who provides each of any number of content ids, as {@link #provideAll}; the node asks nobody else. */
    public CompletableFuture<Long> findAll(Iterator<String> cids, Consumer<LineResult<Found>> each) {
        return new Batch<>(cids, Answers::find, Answers::found, this::findLines, each).run();
    }

    private CompletableFuture<String> provideLines(String lines) {
        return lines("/dht/provide/batch", lines);
    }

    private CompletableFuture<String> findLines(String lines) {
        return lines("/dht/find_providers", lines);
    }

    private CompletableFuture<String> lines(String path, String lines) {
        return text(request(path).header("Content-Type", NDJSON).POST(BodyPublishers.ofString(lines)));
    }

    /**
     * Who provides a CID by Delegated Routing V1, as the lines come; up to 1,000. Once the answer has begun nothing is
     * asked again, and the deadline no longer counts: a stream that breaks off fails.
     *
     * @param filterAddrs protocols an address is to have, as {@code tcp,!ip6}; empty = any
     * @return how many there were
     */
    public CompletableFuture<Long> providers(String cid, String filterAddrs, Consumer<RoutedProvider> each) {
        String query = filterAddrs.isEmpty() ? "" : "?filter-addrs=" + encoded(filterAddrs);
        HttpRequest.Builder get = request("/routing/v1/providers/" + encoded(cid) + query)
                .setHeader("Accept", NDJSON)
                .GET();
        return attempts.ask(get, BodyHandlers.ofLines(), r -> Answers.problem(joined(r)))
                .thenApplyAsync(r -> streamed(r, each), readers);
    }

    private static String joined(HttpResponse<Stream<String>> r) {
        try (Stream<String> lines = r.body()) {
            return String.join("\n", lines.toList());
        }
    }

    private static long streamed(HttpResponse<Stream<String>> r, Consumer<RoutedProvider> each) {
        long count = 0;
        try (Stream<String> lines = r.body()) {
            for (String line : (Iterable<String>) lines::iterator) {
                each.accept(Answers.routed(Answers.tree(line)));
                count++;
            }
        } catch (UncheckedIOException e) {
            throw DhtException.badAnswer("the stream broke off after %d lines".formatted(count), e);
        }
        return count;
    }

    private CompletableFuture<String> text(HttpRequest.Builder request) {
        return attempts.ask(request, BodyHandlers.ofString(), r -> Answers.problem(r.body()))
                .thenApply(HttpResponse::body);
    }

    private HttpRequest.Builder request(String path) {
        String base = settings.api().toString();
        HttpRequest.Builder b = HttpRequest.newBuilder(
                URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path));
        settings.token().ifPresent(t -> b.header("Authorization", "Bearer " + t));
        return b;
    }

    private static String encoded(String text) {
        // The JDK's encoder is for forms: in a path a space is %20.
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Throwable cause(Throwable e) {
        return e instanceof CompletionException c && c.getCause() != null ? c.getCause() : e;
    }

    /** Ends all that is under way. */
    @Override
    public void close() {
        attempts.close();
        http.shutdownNow();
        readers.shutdownNow();
    }
}
