package io.svcdht.console.cli;

import io.svcdht.console.cli.FileHash.Hashed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hashes the files of a tree on all processors and announces them over a fixed number of connections, each time as many
 * as are hashed by then. However large the tree, only a bounded number of files is on the way at once.
 */
final class TreeProvider {
    /** Few enough that the answers fit the buffers between two parties who do not read while they send. */
    private static final int FILES_PER_REQUEST_MAX = 256;

    private final Announcer announcer;
    private final Tally tally;
    private final OnFile onFile;
    private final int hashers;
    private final int connections;
    private final Semaphore onTheWay;
    private final Queue<Ready> ready = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable String> hopeless = new AtomicReference<>();
    private volatile boolean stopped;

    /** A file that waits to be announced. */
    private record Ready(Path file, Hashed hashed) {}

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
        this.onTheWay = new Semaphore(4 * hashers + 2 * connections * FILES_PER_REQUEST_MAX);
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
                ready.add(new Ready(file, hashed));
                handedOn = true;
                // Whoever comes first takes all that wait; the others then find nothing.
                announcing.execute(this::announceReady);
            }
        } catch (IOException e) {
            fail(file, reason(e));
        } finally {
            if (!handedOn) {
                onTheWay.release();
            }
        }
    }

    private void announceReady() {
        List<Ready> batch = new ArrayList<>();
        for (Ready r = ready.poll(); r != null; r = ready.poll()) {
            batch.add(r);
            if (batch.size() == FILES_PER_REQUEST_MAX) {
                break;
            }
        }
        try {
            if (!stopped && !batch.isEmpty()) {
                announce(batch);
            }
        } finally {
            onTheWay.release(batch.size());
        }
    }

    private void announce(List<Ready> batch) {
        List<Announcer.Result> results = announcer.announceAll(
                batch.stream().map(r -> r.hashed().cid().text()).toList());
        for (int i = 0; i < batch.size(); i++) {
            Path file = batch.get(i).file();
            switch (results.get(i)) {
                case Announcer.Result.Announced(var answer) -> {
                    tally.announced.incrementAndGet();
                    onFile.announced(file, batch.get(i).hashed(), answer);
                }
                case Announcer.Result.Failed(String sentence) -> fail(file, sentence);
                case Announcer.Result.Hopeless(String sentence) -> {
                    fail(file, sentence);
                    hopeless.compareAndSet(null, sentence);
                    stop();
                }
            }
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
