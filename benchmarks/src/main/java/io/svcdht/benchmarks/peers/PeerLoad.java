package io.svcdht.benchmarks.peers;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.svcdht.node.net.Reply;
import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Many peers ask one node: rounds at a fixed rate, then faster until it cannot follow.
 *
 * <p>Usage: {@code PeerLoad PEERS_HOST:PORT SERVER_PID RATE SECONDS ROUNDS IDENTITIES}.
 */
public final class PeerLoad {
    private static final int HELD = 2_000;
    private static final int RECORDS_PER_REQUEST = 40;
    private static final double STEP = 1.25;
    private static final int TRIES = 3;
    private static final double FOLLOWED = 0.97;
    private static final double P99_MILLIS_MAX = 25;
    private static final int CLOCK_TICKS_PER_SECOND = 100;

    private final List<Asker> askers;
    private final List<Key> held = new ArrayList<>();
    private final long serverPid;
    private final MBeanServerConnection server;
    private final int seconds;
    private long seed = 1;

    private PeerLoad(List<Asker> askers, long serverPid, MBeanServerConnection server, int seconds) {
        this.askers = askers;
        this.serverPid = serverPid;
        this.server = server;
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        PeerAddress at = PeerAddress.parse(args[0]);
        long pid = Long.parseLong(args[1]);
        int rate = Integer.parseInt(args[2]);
        int seconds = Integer.parseInt(args[3]);
        int rounds = Integer.parseInt(args[4]);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        List<Asker> askers = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[5]); i++) {
            askers.add(Asker.connected(vertx, at));
        }
        PeerLoad load = new PeerLoad(askers, pid, management(pid), seconds);
        load.fill();
        System.out.printf("%d identities, %d records held%n%s%n", askers.size(), HELD, Round.Result.title());
        for (int i = 0; i <= rounds; i++) {
            load.round(i == 0 ? "cold" : "round " + i, rate);
        }
        load.saturate(rate);
        askers.forEach(Asker::close);
        var _ = vertx.close().await();
    }

    /** The management of another JVM, for what it has allocated. */
    @SuppressWarnings("BanJNDI") // the address is that of the node this program was told to measure, on this machine
    private static MBeanServerConnection management(long pid) throws IOException, AttachNotSupportedException {
        VirtualMachine vm = VirtualMachine.attach(Long.toString(pid));
        try {
            return JMXConnectorFactory.connect(new JMXServiceURL(vm.startLocalManagementAgent()))
                    .getMBeanServerConnection();
        } finally {
            vm.detach();
        }
    }

    private void fill() {
        Random random = new Random(0);
        for (int i = 0; i < HELD; i += RECORDS_PER_REQUEST) {
            Asker asker = askers.get(i / RECORDS_PER_REQUEST % askers.size());
            List<Encoded> records = new ArrayList<>();
            for (int r = 0; r < RECORDS_PER_REQUEST; r++) {
                Key key = Round.random(random);
                held.add(key);
                records.add(asker.record(key));
            }
            Reply reply = asker.ask(new Request.Provide(Asker.head(), records, Map.of()))
                    .join();
            if (!(reply instanceof Reply.Answered answered && answered.response() instanceof Response.Provided)) {
                throw new IllegalStateException("the node does not take records: " + reply);
            }
        }
    }

    private Round.Result round(String name, double rate) throws InterruptedException, IOException, JMException {
        Round round = new Round(askers, held, (int) (rate * seconds), seed++);
        long bytes = allocated();
        double cpu = cpuSeconds();
        Round.Result result = round.run(rate);
        System.out.printf(
                Locale.ROOT,
                "%s   server: %.0f us CPU, %.1f KiB allocated an RPC%n",
                result.line(name),
                (cpuSeconds() - cpu) * 1e6 / result.count(),
                (allocated() - bytes) / 1024.0 / result.count());
        return result;
    }

    /** Faster by a quarter until the node sheds or lags, or the driver does; a rate has a few tries on a busy machine. */
    private void saturate(double from) throws InterruptedException, IOException, JMException {
        double kept = 0;
        for (double rate = from; keeps(rate); rate *= STEP) {
            kept = rate;
        }
        System.out.printf(
                Locale.ROOT,
                "saturation: %.0f RPC/s kept with none shed and a p99 of at most %.0f ms%n",
                kept,
                P99_MILLIS_MAX);
    }

    private boolean keeps(double rate) throws InterruptedException, IOException, JMException {
        for (int i = 0; i < TRIES; i++) {
            Round.Result r = round(String.format(Locale.ROOT, "at %.0f", rate), rate);
            if (r.shed() + r.failed() == 0 && r.p99() <= P99_MILLIS_MAX && r.sentPerSecond() >= FOLLOWED * rate) {
                return true;
            }
        }
        return false;
    }

    private long allocated() throws IOException, JMException {
        return (Long) server.getAttribute(new ObjectName("java.lang:type=Threading"), "TotalThreadAllocatedBytes");
    }

    /** User and system time of the server, from /proc. */
    private double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(serverPid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Double.parseDouble(fields[11]) + Double.parseDouble(fields[12])) / CLOCK_TICKS_PER_SECOND;
    }
}
