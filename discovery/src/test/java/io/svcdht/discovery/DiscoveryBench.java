package io.svcdht.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What {@code scripts/bench-discovery} runs: whole nodes of one process that have nothing in common but a plain node of
 * discv5, and how long they take to know each other.
 */
final class DiscoveryBench {
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LIMIT_SECONDS = 300;

    private DiscoveryBench() {}

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[0]);
        List<Served> nodes = new ArrayList<>();
        int code = 1;
        try (Layer.Plain boot = Layer.plain()) {
            for (int i = 0; i < count; i++) {
                nodes.add(Served.start("--discv5=true", "--discv5-boot=" + boot.record()));
            }
            long began = System.nanoTime();
            long cpu = ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .orElseThrow()
                    .toMillis();
            while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(LIMIT_SECONDS)) {
                int least = count;
                for (Served node : nodes) {
                    least = Math.min(least, node.contacts());
                }
                if (least >= count - 1) {
                    code = 0;
                    break;
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            long spent = ProcessHandle.current()
                            .info()
                            .totalCpuDuration()
                            .orElseThrow()
                            .toMillis()
                    - cpu;
            System.out.printf(
                    Locale.ROOT,
                    "%d nodes, one boot node: %s %.1f s after the last had started, %d ms of CPU in all%n",
                    count,
                    code == 0 ? "each knows all others" : "not all know all others",
                    seconds,
                    spent);
        } finally {
            nodes.forEach(Served::close);
        }
        System.exit(code);
    }
}
