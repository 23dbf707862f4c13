package io.svcdht.benchmarks.datagrams;

import io.svcdht.benchmarks.datagrams.Side.Member;
import io.svcdht.node.net.DatagramEvent;
import io.svcdht.node.net.Reply;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.storage.model.Key;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Datagrams under load, in one process: askers on one event loop, those who answer on another.
 *
 * <p>Usage: {@code DatagramLoad [first|warm|kept|flood …]}, all of them without an argument.
 */
public final class DatagramLoad {
    private static final int WARM_UP = 4_000;
    private static final int FIRST = 2_000;
    private static final int FIRST_ROUNDS = 7;
    private static final int WARM_RATE = 20_000;
    private static final int WARM_SECONDS = 5;
    private static final int WARM_ROUNDS = 7;
    private static final int WARM_ASKERS = 10;
    private static final int IN_TURN = 50_000;
    private static final int KEPT_ASKERS = 100;
    private static final int KEPT_ANSWERERS = 100;
    private static final int FLOOD_RATE = 100_000;
    private static final int FLOOD_ADDRESSES = 1_000;
    private static final int FLOOD_SECONDS = 10;
    private static final int FLOOD_WARM_RATE = 1_000;
    private static final int FLOOD_STRANGERS = 100;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    private final Side askers = new Side(vertx);
    private final Side answerers = new Side(vertx);

    private DatagramLoad() {}

    public static void main(String[] args) throws Exception {
        List<String> wanted = args.length == 0 ? List.of("first", "warm", "kept", "flood") : List.of(args);
        DatagramLoad load = new DatagramLoad();
        System.out.printf(
                "load average before: %s%n",
                Files.readString(Path.of("/proc/loadavg")).strip());
        for (String what : wanted) {
            switch (what) {
                case "first" -> load.first();
                case "warm" -> load.warm();
                case "kept" -> load.kept();
                case "flood" -> load.flood();
                default -> throw new IllegalArgumentException("first, warm, kept or flood, not " + what);
            }
            load.askers.close();
            load.answerers.close();
        }
        System.out.printf(
                "load average after: %s%n",
                Files.readString(Path.of("/proc/loadavg")).strip());
        var _ = load.vertx.close().await();
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static Request question(long n) {
        return new Request.FindNode(Side.head(), new Key(n, n, n, n));
    }

    private static boolean answered(Reply reply) {
        return reply instanceof Reply.Answered;
    }

    private static List<Member> members(Side side, int count) {
        List<Member> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(side.member(anyPort(), true));
        }
        return all;
    }

    // --- a stranger's first question ---------------------------------------------------------------------------------

    /** Each asker asks each answerer once, one after the other. */
    private int strangers(int count) {
        int side = (int) Math.ceil(Math.sqrt(count));
        List<Member> as = members(askers, side);
        List<Member> bs = members(answerers, side);
        int unanswered = 0;
        for (Member a : as) {
            for (Member b : bs) {
                unanswered += answered(a.ask(b.contact(), question(1)).join()) ? 0 : 1;
            }
        }
        return unanswered;
    }

    private void first() {
        strangers(WARM_UP);
        for (int round = 1; round <= FIRST_ROUNDS; round++) {
            askers.close();
            answerers.close();
            int side = (int) Math.ceil(Math.sqrt(FIRST));
            List<Member> as = members(askers, side);
            List<Member> bs = members(answerers, side);
            Used asking = new Used(askers);
            Used answering = new Used(answerers);
            long[] nanos = new long[side * side];
            int n = 0;
            for (Member a : as) {
                for (Member b : bs) {
                    long began = System.nanoTime();
                    boolean ok = answered(a.ask(b.contact(), question(n)).join());
                    nanos[n++] = ok ? System.nanoTime() - began : 0;
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "first %d: %d strangers; CPU us an RPC: asking %s, answering %s; %s%n",
                    round,
                    n,
                    asking.each(n),
                    answering.each(n),
                    Times.of(nanos));
        }
    }

    // --- conversations that stand ------------------------------------------------------------------------------------

    private void warm() throws InterruptedException {
        List<Member> as = members(askers, WARM_ASKERS);
        Member b = answerers.member(anyPort(), true);
        as.forEach(a -> a.ask(b.contact(), question(0)).join());
        openLoop(as, b, WARM_RATE / 2, WARM_SECONDS);
        for (int round = 1; round <= WARM_ROUNDS; round++) {
            Used asking = new Used(askers);
            Used answering = new Used(answerers);
            Times times = openLoop(as, b, WARM_RATE, WARM_SECONDS);
            int n = times.sorted().length;
            System.out.printf(
                    Locale.ROOT,
                    "warm %d: %d a second for %d s; CPU us an RPC: asking %s, answering %s; %s%n",
                    round,
                    WARM_RATE,
                    WARM_SECONDS,
                    asking.each(n),
                    answering.each(n),
                    times);
        }
        inTurn(as.getFirst(), b);
        for (int round = 1; round <= WARM_ROUNDS; round++) {
            Used asking = new Used(askers);
            Used answering = new Used(answerers);
            Times times = inTurn(as.getFirst(), b);
            System.out.printf(
                    Locale.ROOT,
                    "in turn %d: CPU us an RPC: asking %s, answering %s; %s%n",
                    round,
                    asking.each(IN_TURN),
                    answering.each(IN_TURN),
                    times);
        }
    }

    /** As nodes ask: on the loop that the answer before has come to, one at a time, so that nothing is shared by two. */
    private static Times inTurn(Member a, Member b) throws InterruptedException {
        AtomicLongArray nanos = new AtomicLongArray(IN_TURN);
        CountDownLatch done = new CountDownLatch(IN_TURN);
        next(a, b, nanos, done, 0);
        boolean _ = done.await(60, TimeUnit.SECONDS);
        return times(nanos);
    }

    private static void next(Member a, Member b, AtomicLongArray nanos, CountDownLatch done, int index) {
        if (index < nanos.length()) {
            long began = System.nanoTime();
            var _ = a.ask(b.contact(), question(index)).whenComplete((reply, e) -> {
                if (answered(reply)) {
                    nanos.set(index, System.nanoTime() - began);
                }
                done.countDown();
                next(a, b, nanos, done, index + 1);
            });
        }
    }

    private static Times times(AtomicLongArray nanos) {
        long[] all = new long[nanos.length()];
        for (int i = 0; i < all.length; i++) {
            all[i] = nanos.get(i);
        }
        return Times.of(all);
    }

    /** Each question has its moment, whatever became of those before it. */
    private static Times openLoop(List<Member> as, Member b, int perSecond, int seconds) throws InterruptedException {
        int count = perSecond * seconds;
        AtomicLongArray nanos = new AtomicLongArray(count);
        CountDownLatch done = new CountDownLatch(count);
        long gap = 1_000_000_000L / perSecond;
        long began = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
        for (int i = 0; i < count; i++) {
            long intended = began + i * gap;
            for (long early = intended - System.nanoTime(); early > 0; early = intended - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            int index = i;
            var _ = as.get(i % as.size()).ask(b.contact(), question(i)).whenComplete((reply, e) -> {
                if (answered(reply)) {
                    nanos.set(index, System.nanoTime() - intended);
                }
                done.countDown();
            });
        }
        boolean _ = done.await(30, TimeUnit.SECONDS);
        return times(nanos);
    }

    // --- what is kept of a peer --------------------------------------------------------------------------------------

    private void kept() throws InterruptedException {
        List<Member> as = members(askers, KEPT_ASKERS);
        List<Member> bs = members(answerers, KEPT_ANSWERERS);
        as.getFirst().ask(bs.getFirst().contact(), question(0)).join();
        long before = heap();
        for (Member a : as) {
            for (Member b : bs) {
                a.ask(b.contact(), question(1)).join();
            }
        }
        // Answers to first datagrams are kept for two seconds.
        TimeUnit.SECONDS.sleep(4);
        long after = heap();
        int conversations = 2 * KEPT_ASKERS * KEPT_ANSWERERS;
        System.out.printf(
                Locale.ROOT,
                "kept: %.0f bytes of heap a conversation and side, %d of them, everything that is remembered of the peer included%n",
                (after - before) / (double) conversations,
                conversations);
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(200);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    // --- first datagrams by the hundred thousand ---------------------------------------------------------------------

    private void flood() throws IOException, GeneralSecurityException, InterruptedException {
        List<Member> as = members(askers, WARM_ASKERS);
        List<Member> strangers = members(askers, FLOOD_STRANGERS);
        Member b = answerers.member(anyPort(), true);
        as.forEach(a -> a.ask(b.contact(), question(0)).join());
        openLoop(as, b, FLOOD_WARM_RATE, FLOOD_SECONDS);
        System.out.printf("calm: %s%n", openLoop(as, b, FLOOD_WARM_RATE, FLOOD_SECONDS));
        long heapBefore = heap();
        try (Flood flood = new Flood(
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), b.contact().addr().port()),
                b.keys(),
                FLOOD_ADDRESSES)) {
            Thread sender = Thread.ofPlatform().start(() -> flood.send(FLOOD_RATE));
            TimeUnit.SECONDS.sleep(1);
            long lostBefore = lostByKernel();
            long sentBefore = flood.sent();
            long began = System.nanoTime();
            Used answering = new Used(answerers);
            AtomicInteger strangersAnswered = new AtomicInteger();
            AtomicInteger byDatagram = new AtomicInteger();
            Thread others =
                    Thread.ofPlatform().start(() -> askAsStrangers(strangers, b, strangersAnswered, byDatagram));
            Times times = openLoop(as, b, FLOOD_WARM_RATE, FLOOD_SECONDS);
            double seconds = (System.nanoTime() - began) / 1e9;
            long sent = flood.sent() - sentBefore;
            others.join();
            System.out.printf(
                    Locale.ROOT,
                    "flood: %.0f INITs a second from %d addresses, %.0f a second lost by the kernel; the node's thread used %.0f %%"
                            + " of a core%n  conversations, %d questions a second: %s%n"
                            + "  strangers: %d of %d answered, %d of them in datagrams%n"
                            + "  shed %d, cookies %d, served %d, junk %d; heap grew by %.1f MB%n",
                    sent / seconds,
                    FLOOD_ADDRESSES,
                    (lostByKernel() - lostBefore) / seconds,
                    answering.cpu() / seconds / 1e4,
                    FLOOD_WARM_RATE,
                    times,
                    strangersAnswered.get(),
                    FLOOD_STRANGERS,
                    byDatagram.get(),
                    answerers.count(DatagramEvent.SHED),
                    answerers.count(DatagramEvent.COOKIE_SENT),
                    answerers.count(DatagramEvent.INIT_SERVED),
                    answerers.count(DatagramEvent.JUNK),
                    (heap() - heapBefore) / 1e6);
            flood.end();
            sender.join();
        }
    }

    private static void askAsStrangers(
            List<Member> strangers, Member b, AtomicInteger answered, AtomicInteger byDatagram) {
        for (Member s : strangers) {
            if (s.ask(b.contact(), question(2)).join() instanceof Reply.Answered a) {
                answered.incrementAndGet();
                byDatagram.addAndGet(a.datagram() ? 1 : 0);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /** Datagrams the kernel threw away because a socket's buffer was full. */
    private static long lostByKernel() throws IOException {
        List<String> udp = Files.readAllLines(Path.of("/proc/net/snmp")).stream()
                .filter(l -> l.startsWith("Udp:"))
                .toList();
        List<String> names = List.of(udp.get(0).split(" "));
        return Long.parseLong(udp.get(1).split(" ")[names.indexOf("RcvbufErrors")]);
    }

    /** What a side's thread has used since. */
    private static final class Used {
        private final Side side;
        private final long cpu;
        private final long user;

        Used(Side side) {
            this.side = side;
            cpu = side.cpuMicros();
            user = side.userMicros();
        }

        double cpu() {
            return side.cpuMicros() - cpu;
        }

        String each(int n) {
            return String.format(Locale.ROOT, "%.0f (user %.0f)", cpu() / n, (double) (side.userMicros() - user) / n);
        }
    }
}
