package io.svcdht.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Any number of lines as requests of a few hundred each: so many a node answers without the client having to read while
 * it sends, and so many are sent again where a connection was cut. One request is on its way at a time.
 *
 * @param <A> what is asked
 * @param <R> what is answered
 */
final class Batch<A, R> {
    private static final int LINES_MAX = 256;

    private final Iterator<A> asked;
    private final Function<A, String> write;
    private final Function<JsonNode, R> read;
    private final Function<String, CompletableFuture<String>> send;
    private final Consumer<LineResult<R>> each;
    private long told;

    Batch(
            Iterator<A> asked,
            Function<A, String> write,
            Function<JsonNode, R> read,
            Function<String, CompletableFuture<String>> send,
            Consumer<LineResult<R>> each) {
        this.asked = asked;
        this.write = write;
        this.read = read;
        this.send = send;
        this.each = each;
    }

    CompletableFuture<Long> run() {
        List<String> lines = new ArrayList<>();
        while (lines.size() < LINES_MAX && asked.hasNext()) {
            lines.add(write.apply(asked.next()));
        }
        if (lines.isEmpty()) {
            return CompletableFuture.completedFuture(told);
        }
        // Asynchronous, so that a batch of any length is no recursion of any depth.
        return send.apply(String.join("\n", lines) + "\n").thenComposeAsync(body -> {
            tell(body, lines.size());
            return run();
        });
    }

    private void tell(String body, int wanted) {
        List<String> lines = body.lines().toList();
        if (lines.size() != wanted) {
            throw DhtException.badAnswer("%d lines were answered with %d".formatted(wanted, lines.size()), null);
        }
        for (String line : lines) {
            JsonNode n = Answers.tree(line);
            if (n.hasNonNull("code")) {
                each.accept(new LineResult.Refused<>(
                        told, n.path("code").asText(), n.path("detail").asText("")));
            } else {
                each.accept(new LineResult.Done<>(told, read.apply(n)));
            }
            told++;
        }
    }
}
