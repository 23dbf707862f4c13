package io.svcdht.console.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.svcdht.console.cli.ApiClient.Answer;
import io.svcdht.node.view.Json;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code keys retire}: the first half of a change of keys. What a running node announces is written to a file, and when
 * that is on the medium it is taken back, signed with the keys that announced it.
 */
@Command(
        description = {
            "Take back all that a running node announces, before its keys are given up: only they can. What it announced"
                    + " is written to FILE first, for keys announce on the node that comes after it.",
            "Needs a token of an operator where the node asks for tokens."
        })
final class KeysRetire implements Callable<Integer> {
    private static final int PAGE = 1000;
    private static final int AT_ONCE = 16;

    private final Io io;

    @Mixin
    ApiOptions options = new ApiOptions();

    @Parameters(arity = "1", paramLabel = "FILE", description = "A new file, a line a record.")
    Path file = Path.of("published.ndjson");

    KeysRetire(Io io) {
        this.io = io;
    }

    /** @param holders how many were told, −1 if it was not taken back */
    private record Ended(String cid, int holders, String problem) {}

    @Override
    public Integer call() {
        try (ApiClient api = options.open(io)) {
            List<JsonNode> published = published(api);
            write(published);
            List<Ended> ended = takeBack(api, published);
            long failed = ended.stream().filter(e -> e.holders() < 0).count();
            long untold = ended.stream().filter(e -> e.holders() == 0).count();
            ended.stream()
                    .filter(e -> e.holders() < 0)
                    .limit(20)
                    .forEach(e -> io.say(Clean.text(e.cid() + ": " + e.problem())));
            if (options.json) {
                io.json(g -> {
                    g.writeStartObject();
                    g.writeNumberField("withdrawn", ended.size() - failed);
                    g.writeNumberField("failed", failed);
                    g.writeNumberField("untold", untold);
                    g.writeStringField("file", file.toString());
                    g.writeEndObject();
                });
            } else {
                io.line("%d records taken back, %d failed; they are in %s"
                        .formatted(ended.size() - failed, failed, file));
            }
            if (untold > 0) {
                io.say("of %d no other node was told: whoever holds them keeps them until they run out"
                        .formatted(untold));
            }
            return failed == 0 ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private static List<JsonNode> published(ApiClient api) {
        List<JsonNode> all = new ArrayList<>();
        String after = "";
        while (true) {
            Answer page = api.ask("/dht/provides?limit=" + PAGE + after);
            if (!page.ok()) {
                throw new CommandFailed(ExitCode.FAILED, page.problem());
            }
            page.json().path("provides").forEach(all::add);
            if (!page.json().has("next")) {
                return all;
            }
            after = "&after=" + page.json().path("next").asText();
        }
    }

    /** On the medium before anything is taken back: it is the only list of it then. */
    private void write(List<JsonNode> published) {
        StringBuilder lines = new StringBuilder();
        for (JsonNode p : published) {
            lines.append(Json.text(g -> {
                        g.writeStartObject();
                        g.writeStringField("cid", p.path("cid").asText());
                        if (!locator(p).isEmpty()) {
                            g.writeStringField("node", locator(p));
                        }
                        g.writeArrayFieldStart("addrs");
                        for (JsonNode addr : p.path("addrs")) {
                            g.writeString(addr.asText());
                        }
                        g.writeEndArray();
                        g.writeStringField("expires_at", p.path("expires_at").asText());
                        g.writeEndObject();
                    }))
                    .append('\n');
        }
        try (FileChannel out = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    Clean.text("%s is there already, perhaps from a retire that was cut short; name another file"
                            .formatted(file)),
                    e);
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCode.USAGE, Clean.text("%s cannot be written: %s".formatted(file, e.getMessage())), e);
        }
    }

    private static List<Ended> takeBack(ApiClient api, List<JsonNode> published) {
        try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Ended>> all = new ArrayList<>();
            for (JsonNode p : published) {
                all.add(workers.submit(() -> takeBack(api, p)));
            }
            List<Ended> ended = new ArrayList<>();
            for (Future<Ended> one : all) {
                ended.add(one.get());
            }
            return ended;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a withdrawal ended without an answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(ExitCode.INTERRUPTED, "interrupted; run it again with another file", e);
        }
    }

    private static Ended takeBack(ApiClient api, JsonNode p) {
        String cid = p.path("cid").asText();
        String at = locator(p).isEmpty() ? "" : "&node=" + encoded(locator(p));
        try {
            Answer answer = api.delete("/dht/provide?wait=replicated&cid=" + encoded(cid) + at);
            return answer.ok()
                    ? new Ended(cid, answer.json().path("replicas").asInt(), "")
                    : new Ended(cid, -1, answer.problem());
        } catch (IOException e) {
            return new Ended(
                    cid, -1, String.valueOf(ApiClient.unreachable(api.base(), e).getMessage()));
        }
    }

    /** Empty where the node itself has the content: the one that comes after it has another id. */
    private static String locator(JsonNode p) {
        String node = p.path("node").asText();
        return node.startsWith(NodeId.PREFIX) ? "" : node;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
