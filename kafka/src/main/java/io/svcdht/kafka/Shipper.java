package io.svcdht.kafka;

import io.svcdht.node.Shipping;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.shipping.Cargo;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ships a node's journal on a thread of its own, for as long as the node runs. The node never waits for it: it reads the
 * journal as any viewer does, and while Kafka is away the journal is what keeps the events.
 *
 * <pre>
 * phase        Kafka answers             does not answer     must be mended      closed
 * CONNECTING   SHIPPING, or REFUSED      AWAY                REFUSED             end
 * SHIPPING     SHIPPING                  AWAY                REFUSED             last card, end
 * AWAY         after a pause CONNECTING                                          end
 * REFUSED      after a pause CONNECTING                                          end
 * </pre>
 */
final class Shipper implements Shipping {
    private static final Logger LOG = LoggerFactory.getLogger(Shipper.class);
    private static final long CLOSE_MILLIS = 6_000;
    private static final long INTERRUPTED_MILLIS = 2_000;

    private final Cargo cargo;
    private final KafkaConfig config;
    private final Pace pace;
    private final ShipCounts counts = new ShipCounts();
    /** Outlives a connection, which a change of leader may end. */
    private final LeaderWatch leader = new LeaderWatch();

    private final Thread thread;
    private volatile Turned turned;
    private volatile boolean stopping;
    private volatile boolean abandoned;

    private record Turned(Phase phase, String why, long sinceMillis) {}

    /**
     * How patient it is.
     *
     * @param pauseFirst after the first trouble; doubles up to {@code pauseMax}, with ± 20 % of jitter
     * @param cardEvery how often the node says how it is
     */
    record Pace(Duration pauseFirst, Duration pauseMax, Duration cardEvery) {
        static final Pace STANDARD = new Pace(Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(10));
    }

    Shipper(Cargo cargo, KafkaConfig config, Pace pace) {
        this.cargo = cargo;
        this.config = config;
        // Where they cannot be right, the node does not start.
        var _ = new ClientSettings(config);
        this.pace = pace;
        this.turned = new Turned(Phase.CONNECTING, "", cargo.nowMillis());
        this.thread = Thread.ofPlatform().daemon().name("shipping").unstarted(this::run);
        // Kafka finds some of its parts by name, through the thread's own loader.
        thread.setContextClassLoader(Shipper.class.getClassLoader());
    }

    void start() {
        thread.start();
    }

    private void run() {
        long pause = pace.pauseFirst().toNanos();
        while (!stopping) {
            long before = counts.events();
            try (Shipment shipment = Shipment.begin(cargo, config, settings(), counts, leader, pace.cardEvery())) {
                turn(Phase.SHIPPING, "");
                while (!stopping) {
                    shipment.round();
                }
                shipment.end(() -> abandoned);
            } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) {
                // An Error too: InternalError is how a mapped file shows a medium that is gone.
                Diagnosis d = Diagnosis.of(e);
                counts.failed(d.trouble());
                turn(d.isForSomebody() ? Phase.REFUSED : Phase.AWAY, d.sentence());
                LOG.debug("Shipping was interrupted", e);
            }
            if (counts.events() > before) {
                pause = pace.pauseFirst().toNanos();
            }
            pause = pausedFor(pause);
        }
    }

    /** Read anew each time: a password may have been changed, or mended. */
    private ClientSettings settings() {
        try {
            return new ClientSettings(config);
        } catch (IllegalArgumentException e) {
            throw new Refused(Trouble.SETTINGS, String.valueOf(e.getMessage()));
        }
    }

    /** Waits, and says how long to wait the next time. */
    private long pausedFor(long nanos) {
        long until =
                System.nanoTime() + (long) (nanos * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
        try {
            for (long left = nanos; left > 0 && !stopping; left = until - System.nanoTime()) {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, 50_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
        }
        return Math.min(2 * nanos, pace.pauseMax().toNanos());
    }

    /** Trouble is told when it begins or becomes another, not each time it is met. */
    private void turn(Phase phase, String why) {
        Turned before = turned;
        if (before.phase() == phase && before.why().equals(why)) {
            return;
        }
        turned = new Turned(phase, why, before.phase() == phase ? before.sinceMillis() : cargo.nowMillis());
        switch (phase) {
            case SHIPPING -> LOG.info("Shipping the journal to Kafka, from position {} on", counts.position() + 1);
            case AWAY -> LOG.warn("Kafka is away, the journal keeps what is to be shipped: {}", why);
            case REFUSED -> LOG.error("Nothing is shipped to Kafka until this is mended: {}", why);
            case CONNECTING, OFF -> {}
        }
    }

    @Override
    public Status status() {
        Turned t = turned;
        long shipped = counts.position();
        return new Status(
                t.phase(),
                t.why(),
                t.sinceMillis(),
                shipped,
                Math.max(0, lastPosition() - shipped),
                counts.events(),
                counts.traces(),
                counts.cards(),
                counts.lost(),
                counts.leaders(),
                counts.failures());
    }

    private long lastPosition() {
        return cargo.journal().lastPosition();
    }

    @Override
    public void close() {
        stopping = true;
        join(CLOSE_MILLIS);
        if (thread.isAlive()) {
            abandon();
        }
    }

    /** Ends as a kill would: nothing is waited for, nothing is said. */
    void abandon() {
        abandoned = true;
        stopping = true;
        thread.interrupt();
        join(INTERRUPTED_MILLIS);
        if (thread.isAlive()) {
            LOG.error("Shipping is still under way; it is left to the end of the process");
        }
    }

    private void join(long millis) {
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
