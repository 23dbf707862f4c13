package io.svcdht.console.web;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A page in a {@link Browser}, and all it complains about: errors, warnings, broken policies, missing files. */
public final class Tab implements AutoCloseable {
    private static final String AXE = axe();
    /** What a reader cannot do without; the lesser findings of axe are taste. */
    private static final String FIND = """
            axe.run(document, {resultTypes: ['violations'], preload: false}).then(r => r.violations
              .filter(v => v.impact === 'serious' || v.impact === 'critical')
              .map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' '
                + n.any.concat(n.all).map(c => c.message).join('; ')).join(' | ')))
            """;

    private final Browser browser;
    private final String session;
    private final String context;
    private final Look look;
    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
    private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();
    private volatile String loader = "";

    Tab(Browser browser, String session, String context, Look look) {
        this.browser = browser;
        this.session = session;
        this.context = context;
        this.look = look;
    }

    /**
     * How a reader looks at pages.
     *
     * @param width of the window in CSS pixels
     */
    public record Look(boolean dark, boolean script, int width) {
        @Override
        public String toString() {
            return (dark ? "dark" : "light") + (script ? "" : ", no script");
        }
    }

    private static String axe() {
        try (InputStream in = Tab.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("axe-core is on the test class path", e);
        }
    }

    void begin() {
        for (String domain : List.of("Page", "Runtime", "Log")) {
            ask(domain + ".enable", Map.of());
        }
        ask("Page.setLifecycleEventsEnabled", Map.of("enabled", true));
        ask("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
        ask(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(Map.of("name", "prefers-color-scheme", "value", look.dark() ? "dark" : "light"))));
        resize(900);
    }

    private void resize(int height) {
        ask(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", look.width(), "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    private JsonNode ask(String method, Map<String, ?> params) {
        return browser.ask(session, method, params);
    }

    /** Called on the socket's thread. */
    void told(JsonNode message) {
        JsonNode p = message.path("params");
        switch (message.path("method").asText()) {
            case "Page.lifecycleEvent" -> {
                if (p.path("name").asText().equals("load")
                        && p.path("loaderId").asText().equals(loader)) {
                    loaded.complete(null);
                }
            }
            case "Page.frameNavigated" -> {
                loader = p.path("frame").path("loaderId").asText();
            }
            case "Log.entryAdded" -> complain(p.path("entry"));
            case "Runtime.exceptionThrown" ->
                complaints.add(p.path("exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> complaints.add(p.path("args").toString());
            default -> {
                // Not what is listened for.
            }
        }
    }

    private void complain(JsonNode entry) {
        if (List.of("error", "warning").contains(entry.path("level").asText())) {
            complaints.add("%s: %s %s"
                    .formatted(
                            entry.path("source").asText(),
                            entry.path("text").asText(),
                            entry.path("url").asText()));
        }
    }

    /** Goes to an address and waits until the page and all it needs is there. */
    public Tab go(String url) {
        awaitLoad(() -> ask("Page.navigate", Map.of("url", url)));
        return this;
    }

    /** Does something that leads to another page, and waits for that. */
    void awaitLoad(Runnable leaving) {
        ask("Emulation.setScriptExecutionDisabled", Map.of("value", !look.script()));
        CompletableFuture<Void> next = new CompletableFuture<>();
        loaded = next;
        leaving.run();
        next.orTimeout(Browser.PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** What it complained about since it was asked last. */
    List<String> complaints() {
        List<String> all = new ArrayList<>();
        for (String c = complaints.poll(); c != null; c = complaints.poll()) {
            all.add(c);
        }
        return all;
    }

    /** What an expression comes to, after its promise; the page's own policy does not bind it. */
    public JsonNode eval(String expression) {
        // Only the page's own scripts are to be off, and they had their chance.
        ask("Emulation.setScriptExecutionDisabled", Map.of("value", false));
        JsonNode r = ask(
                "Runtime.evaluate",
                Map.of("expression", expression, "awaitPromise", true, "returnByValue", true, "userGesture", true));
        if (r.has("exceptionDetails")) {
            throw new IllegalStateException(expression.lines().findFirst().orElse("") + ": " + r);
        }
        return r.path("result").path("value");
    }

    /** Serious and critical findings of axe-core. */
    List<String> hindrances() {
        eval(AXE + "\n;0");
        List<String> found = new ArrayList<>();
        eval(FIND).forEach(f -> found.add(f.asText()));
        return found;
    }

    String url() {
        return eval("location.href").asText();
    }

    /** Visible text of what a selector finds, empty = nothing. */
    String text(String selector) {
        return eval("(document.querySelector('%s') || {innerText: ''}).innerText".formatted(selector))
                .asText();
    }

    /** Follows a link. */
    void click(String selector) {
        awaitLoad(() -> eval("document.querySelector('%s').click()".formatted(selector)));
    }

    /** Presses a key that has a character. */
    void press(String key) {
        ask("Input.dispatchKeyEvent", Map.of("type", "keyDown", "key", key, "text", key));
        ask("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
    }

    /** Asks again until something is so; there is no other way to wait for what a page does by itself. */
    void until(String expression) {
        eval("new Promise(done => { const look = () => (%s) ? done(true) : setTimeout(look, 20); look(); })"
                .formatted(expression));
    }

    /** The whole page, as PNG. */
    public byte[] picture() {
        int height = eval("Math.ceil(document.documentElement.scrollHeight)").asInt();
        resize(Math.max(200, height));
        String data = ask("Page.captureScreenshot", Map.of("format", "png"))
                .get("data")
                .asText();
        resize(900);
        return Base64.getDecoder().decode(data);
    }

    @Override
    public void close() {
        browser.close(session, context);
    }
}
