package io.svcdht.console.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** How far a directory tree is: written by many threads, read by the progress bar. */
final class Tally {
    /** Failures kept for the end; the number of all is kept beside. */
    private static final int FAILURES_KEPT = 100;

    private static final int BAR_CHARS = 20;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    final AtomicLong filesFound = new AtomicLong();
    final AtomicLong bytesFound = new AtomicLong();
    final AtomicLong bytesHashed = new AtomicLong();
    final AtomicLong announced = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    private final List<Failure> failures = new ArrayList<>();
    private volatile boolean counted;

    /** Why a file, or a directory, was not announced. */
    record Failure(Path path, String sentence) {}

    /** Everything is found: from now on the share that is done can be told. */
    void counted() {
        counted = true;
    }

    void failed(Path path, String sentence) {
        failed.incrementAndGet();
        synchronized (failures) {
            if (failures.size() < FAILURES_KEPT) {
                failures.add(new Failure(path, sentence));
            }
        }
    }

    List<Failure> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    long filesDone() {
        return announced.get() + failed.get();
    }

    /** One line: bar, files, bytes, rate, time left. */
    String progress(long elapsedMillis) {
        long files = filesDone();
        long bytes = bytesHashed.get();
        long rate = elapsedMillis <= 0 ? 0 : bytes * 1000 / elapsedMillis;
        if (!counted) {
            return String.format(Locale.ROOT, "counting… %,d files  %s  %s/s", files, size(bytes), size(rate));
        }
        // Small files cost a request each, large ones their bytes: a share of both tells the time better than either.
        double share = (part(files, filesFound.get()) + part(bytes, bytesFound.get())) / 2;
        int filled = (int) (share * BAR_CHARS);
        return String.format(
                Locale.ROOT,
                "[%s%s] %,d/%,d files  %s/%s  %s/s  %s left",
                "#".repeat(filled),
                "-".repeat(BAR_CHARS - filled),
                files,
                filesFound.get(),
                size(bytes),
                size(bytesFound.get()),
                size(rate),
                share > 0 ? clock((long) (elapsedMillis * (1 - share) / share)) : "?");
    }

    private static double part(long done, long all) {
        return all == 0 ? 1 : Math.min(1, (double) done / all);
    }

    static String size(long bytes) {
        double n = bytes;
        int unit = 0;
        while (n >= 1024 && unit < UNITS.length - 1) {
            n /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", n, UNITS[unit]);
    }

    private static String clock(long millis) {
        long s = (millis + 999) / 1000;
        return s >= 3600
                ? String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60);
    }
}
