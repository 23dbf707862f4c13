package io.svcdht.console.web;

import io.svcdht.node.Node;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** A console on a port of its own, below some path, and somebody who reads it. */
final class Served implements AutoCloseable {
    private static final Pattern LINK = Pattern.compile("(?:href|src|action)=\"([^\"]*)\"");

    private static final Pattern NEXT = Pattern.compile("href=\"([^\"]*)\" rel=\"next\"");

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;

    Served(Node node) {
        this(node, "/console");
    }

    Served(Node node, String mount) {
        Router root = Router.router(vertx);
        root.route(mount + "/*").subRouter(ConsoleRouter.create(vertx, node));
        HttpServer server = vertx.createHttpServer()
                .requestHandler(root)
                .listen(0, "127.0.0.1")
                .await();
        base = "http://127.0.0.1:" + server.actualPort() + mount + "/";
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.ofString());
    }

    /** The page's text, which must have been answered with 200. */
    String page(String path) throws IOException, InterruptedException {
        HttpResponse<String> r = get(path);
        if (r.statusCode() != 200) {
            throw new AssertionError("%s: %d %s".formatted(path, r.statusCode(), r.body()));
        }
        return r.body();
    }

    String base() {
        return base;
    }

    /** The links of a page, as they stand there. */
    static List<String> links(String html) {
        return LINK.matcher(html)
                .results()
                .map((MatchResult m) -> m.group(1).replace("&amp;", "&"))
                .toList();
    }

    /** Where the next page of a list is, as a path below the console; empty = there is none. */
    static String next(String html) {
        return NEXT.matcher(html)
                .results()
                .map((MatchResult m) -> m.group(1).replace("&amp;", "&").substring(2))
                .findFirst()
                .orElse("");
    }

    static int gzipped(String html) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(html.getBytes(StandardCharsets.UTF_8));
        }
        return out.size();
    }

    @Override
    public void close() {
        client.close();
        vertx.close().await();
    }
}
