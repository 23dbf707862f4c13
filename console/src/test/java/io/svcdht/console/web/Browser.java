package io.svcdht.console.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A headless Chromium of its own, told what to do over its DevTools protocol. One is enough for many tabs. */
public final class Browser implements AutoCloseable {
    /** Generous: a loaded machine is slow, a browser that hangs is dead. */
    static final long PATIENCE_SECONDS = 120;

    private static final String LISTENING = "DevTools listening on ";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final Map<String, Consumer<JsonNode>> listeners = new ConcurrentHashMap<>();
    private final WebSocket socket;
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

    private Browser(Process process, String url) {
        this.process = process;
        this.socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(url), new Reader())
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Starts it; where there is none the test is skipped, under {@code CI=true} it fails. */
    static Browser startOrSkip(Path profile) throws IOException {
        String chromium = executable();
        if (chromium.isEmpty()) {
            assertThat(System.getenv("CI")).as("CI without chromium").isNotEqualTo("true");
            assumeTrue(false, "no chromium here: pages are not walked with a browser");
        }
        return start(chromium, profile);
    }

    /** The path of a Chromium, empty = there is none. */
    public static String executable() {
        for (String dir : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
                Path file = Path.of(dir, name);
                if (Files.isExecutable(file)) {
                    return file.toString();
                }
            }
        }
        return "";
    }

    public static Browser start(String chromium, Path profile) throws IOException {
        Process p = new ProcessBuilder(
                        chromium,
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-extensions",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--no-first-run",
                        "--hide-scrollbars",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        StringBuilder said = new StringBuilder();
        BufferedReader errors = p.errorReader();
        for (String line = errors.readLine(); line != null; line = errors.readLine()) {
            if (line.startsWith(LISTENING)) {
                // Whoever does not read what it says makes it stand still once the pipe is full.
                Thread.ofVirtual().start(() -> errors.lines().forEach(l -> {}));
                return new Browser(p, line.substring(LISTENING.length()).strip());
            }
            said.append(line).append('\n');
        }
        p.destroyForcibly();
        throw new IOException("the browser ended: " + said);
    }

    private final class Reader implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                String whole = text.toString();
                text.setLength(0);
                received(whole);
            }
            webSocket.request(1);
            return null;
        }
    }

    private void received(String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the browser sends JSON", e);
        }
        if (message.has("id")) {
            CompletableFuture<JsonNode> waiting = asked.remove(message.get("id").asLong());
            if (waiting != null && message.has("error")) {
                waiting.completeExceptionally(
                        new IllegalStateException(message.get("error").toString()));
            } else if (waiting != null) {
                waiting.complete(message.get("result"));
            }
        } else {
            Consumer<JsonNode> listener =
                    listeners.get(message.path("sessionId").asText());
            if (listener != null) {
                listener.accept(message);
            }
        }
    }

    /**
     * Asks for something and waits for the answer.
     *
     * @param session of a tab, empty = the browser itself
     */
    JsonNode ask(String session, String method, Map<String, ?> params) {
        long id = ids.incrementAndGet();
        ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", JSON.valueToTree(params));
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        asked.put(id, answer);
        synchronized (this) {
            // One text at a time: the socket refuses a second before the first has left.
            sent = sent.thenCompose(v -> socket.sendText(message.toString(), true));
        }
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** A tab with cookies and storage of its own. */
    public Tab open(Tab.Look look) {
        String context = ask("", "Target.createBrowserContext", Map.of())
                .get("browserContextId")
                .asText();
        ask(
                "",
                "Browser.grantPermissions",
                Map.of(
                        "browserContextId",
                        context,
                        "permissions",
                        List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
        String target = ask("", "Target.createTarget", Map.of("url", "about:blank", "browserContextId", context))
                .get("targetId")
                .asText();
        String session = ask("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .asText();
        Tab tab = new Tab(this, session, context, look);
        listeners.put(session, tab::told);
        tab.begin();
        return tab;
    }

    void close(String session, String context) {
        listeners.remove(session);
        ask("", "Target.disposeBrowserContext", Map.of("browserContextId", context));
    }

    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        try {
            // Asked to end it takes its files outside the profile along.
            ask("", "Browser.close", Map.of());
            process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } finally {
            end(all);
        }
    }

    private void end(List<ProcessHandle> all) {
        socket.abort();
        client.shutdownNow();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        // Its files are removed next; nobody may still be writing them.
        all.forEach(
                p -> p.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
        process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
