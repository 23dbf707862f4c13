package io.svcdht.console.cli;

import io.svcdht.console.cli.FileHash.Hashed;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Shows how a tree is announced: a bar on a terminal, a summary at the end, a line of JSON a file if asked. */
final class ProvideFiles implements TreeProvider.OnFile {
    private static final int FAILURES_SHOWN = 20;
    private static final long REFRESH_MILLIS = 200;
    private static final long STOP_MILLIS = 3_000;

    private final Io io;
    private final boolean json;
    private final Tally tally = new Tally();
    private final long beganNanos = System.nanoTime();

    ProvideFiles(Io io, boolean json) {
        this.io = io;
        this.json = json;
    }

    int run(ApiClient api, Provision provision, Path root, int connections, long patienceMillis)
            throws InterruptedException {
        TreeProvider tree = new TreeProvider(api, provision, patienceMillis, connections, tally, this);
        CountDownLatch done = new CountDownLatch(1);
        Thread onInterrupt = new Thread(() -> interrupted(tree, done), "stop");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try (ProgressLine line = new ProgressLine(io)) {
            Thread bar = Thread.ofVirtual().start(() -> draw(line, done));
            tree.run(root);
            done.countDown();
            bar.join();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(onInterrupt);
        } catch (IllegalStateException e) {
            // Ctrl-C came first; its hook tells the rest.
            return ExitCode.INTERRUPTED;
        }
        summary(false);
        String hopeless = tree.hopeless();
        if (hopeless != null) {
            io.say("given up: %s; run the same command again to go on".formatted(hopeless));
        }
        return tally.failed.get() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private void draw(ProgressLine line, CountDownLatch done) {
        try {
            while (!done.await(REFRESH_MILLIS, TimeUnit.MILLISECONDS)) {
                line.show(tally.progress(elapsedMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Every announcement that was answered holds; announcing a file again only renews it. */
    private void interrupted(TreeProvider tree, CountDownLatch done) {
        tree.stop();
        try {
            if (!done.await(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
                io.say("some requests were still open");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        summary(true);
        io.say("stopped; what was announced holds, run the same command again to go on");
        io.out().flush();
    }

    @Override
    public synchronized void announced(Path file, Hashed hashed, ApiClient.Answer answer) {
        if (json) {
            io.json(g -> {
                g.writeStartObject();
                g.writeStringField("path", file.toString());
                g.writeBooleanField("ok", true);
                g.writeStringField("cid", hashed.cid().text());
                g.writeNumberField("bytes", hashed.bytes());
                g.writeNumberField("position", answer.json().path("position").asLong());
                g.writeEndObject();
            });
        }
    }

    @Override
    public synchronized void failed(Path file, String sentence) {
        if (json) {
            io.json(g -> {
                g.writeStartObject();
                g.writeStringField("path", file.toString());
                g.writeBooleanField("ok", false);
                g.writeStringField("error", sentence);
                g.writeEndObject();
            });
        }
    }

    private synchronized void summary(boolean cut) {
        long millis = elapsedMillis();
        if (json) {
            io.json(g -> {
                g.writeStartObject();
                g.writeBooleanField("done", !cut);
                g.writeNumberField("announced", tally.announced.get());
                g.writeNumberField("failed", tally.failed.get());
                g.writeNumberField("bytes", tally.bytesHashed.get());
                g.writeNumberField("elapsed_ms", millis);
                g.writeEndObject();
            });
            return;
        }
        var failures = tally.failures();
        failures.stream()
                .limit(FAILURES_SHOWN)
                .forEach(f -> io.say(Clean.text(f.path().toString()) + ": " + Clean.text(f.sentence())));
        if (tally.failed.get() > FAILURES_SHOWN) {
            io.say("… and %d more; --json lists all".formatted(tally.failed.get() - FAILURES_SHOWN));
        }
        io.line(String.format(
                Locale.ROOT,
                "%d files announced, %d failed, %s in %.1f s (%.0f files/s, %s/s)",
                tally.announced.get(),
                tally.failed.get(),
                Tally.size(tally.bytesHashed.get()),
                millis / 1000.0,
                tally.announced.get() * 1000.0 / Math.max(1, millis),
                Tally.size(tally.bytesHashed.get() * 1000 / Math.max(1, millis))));
    }

    private long elapsedMillis() {
        return (System.nanoTime() - beganNanos) / 1_000_000;
    }
}
