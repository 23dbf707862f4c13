package io.svcdht.console.cli;

import io.svcdht.console.cli.FileHash.Hashed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hashes the files of a tree on all processors and announces each over a fixed number of connections. However large
 * the tree, only a bounded number of files is on the way at once.
 */
final class TreeProvider {
    private final Announcer announcer;
    private final Tally tally;
    private final OnFile onFile;
    private final int hashers;
    private final int connections;
    private final Semaphore onTheWay;
    private final AtomicReference<@Nullable String> hopeless = new AtomicReference<>();
    private volatile boolean stopped;

    /** Told what became of each file, by many threads at once. */
    interface OnFile {
        void announced(Path file, Hashed hashed, ApiClient.Answer answer);

        void failed(Path file, String sentence);
    }

    TreeProvider(ApiClient api, Provision provision, long patienceMillis, int connections, Tally tally, OnFile onFile) {
        this.announcer = new Announcer(api, provision, patienceMillis, this::stopped);
        this.tally = tally;
        this.onFile = onFile;
        this.hashers = Runtime.getRuntime().availableProcessors();
        this.connections = connections;
        this.onTheWay = new Semaphore(4 * (hashers + connections));
    }

    /** Ends the walk after the files that are on the way. */
    void stop() {
        stopped = true;
    }

    boolean stopped() {
        return stopped;
    }

    /** Why the walk was given up, null where it was not. */
    @Nullable
    String hopeless() {
        return hopeless.get();
    }

    /** Announces the whole tree; returns when nothing is on the way any more. */
    void run(Path root) throws InterruptedException {
        Thread counting = Thread.ofVirtual().start(() -> count(root));
        // Closing an executor waits for its work: first the hashes, then the announcements they made.
        try (ExecutorService announcing = Executors.newFixedThreadPool(connections);
                ExecutorService hashing = Executors.newFixedThreadPool(hashers)) {
            FileTree.walk(
                    root,
                    (file, size) -> {
                        onTheWay.acquireUninterruptibly();
                        hashing.execute(() -> hash(file, announcing));
                    },
                    (path, e) -> fail(path, reason(e)),
                    this::stopped);
        }
        counting.join();
    }

    /** A walk of its own, so that the first file is announced before the last is found. */
    private void count(Path root) {
        FileTree.walk(
                root,
                (file, size) -> {
                    tally.filesFound.incrementAndGet();
                    tally.bytesFound.addAndGet(size);
                },
                (path, e) -> {},
                this::stopped);
        tally.counted();
    }

    private void hash(Path file, ExecutorService announcing) {
        boolean handedOn = false;
        try {
            if (!stopped) {
                Hashed hashed = FileHash.of(file, tally.bytesHashed::addAndGet);
                announcing.execute(() -> announce(file, hashed));
                handedOn = true;
            }
        } catch (IOException e) {
            fail(file, reason(e));
        } finally {
            if (!handedOn) {
                onTheWay.release();
            }
        }
    }

    private void announce(Path file, Hashed hashed) {
        try {
            if (stopped) {
                return;
            }
            switch (announcer.announce(hashed.cid().text())) {
                case Announcer.Result.Announced(var answer) -> {
                    tally.announced.incrementAndGet();
                    onFile.announced(file, hashed, answer);
                }
                case Announcer.Result.Failed(String sentence) -> fail(file, sentence);
                case Announcer.Result.Hopeless(String sentence) -> {
                    fail(file, sentence);
                    hopeless.compareAndSet(null, sentence);
                    stop();
                }
            }
        } finally {
            onTheWay.release();
        }
    }

    private void fail(Path file, String sentence) {
        tally.failed(file, sentence);
        onFile.failed(file, sentence);
    }

    private static String reason(IOException e) {
        String kind =
                switch (e) {
                    case java.nio.file.AccessDeniedException x -> "access denied";
                    case java.nio.file.NoSuchFileException x -> "is gone";
                    default -> String.valueOf(e.getMessage());
                };
        return "cannot be read: " + kind;
    }
}
