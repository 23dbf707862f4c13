package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.svcdht.node.Network.Origin;
import io.svcdht.node.NetworkMeter;
import io.svcdht.node.Patience;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NetworkConfig.Signing;
import io.svcdht.node.metrics.Metrics;
import io.svcdht.node.metrics.NetworkMeters;
import io.svcdht.node.network.LocalNet.Member;
import io.svcdht.node.recent.Refusals;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.ProviderRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Nodes that sign, check, hand on and refuse over real connections. */
class PostQuantumTest {
    private static final ContentId CID = ContentId.parse("signed twice", true);
    private static final long PAST = 1_000;

    @TempDir
    Path directory;

    private final LocalNet net = new LocalNet(PostQuantumTest::patient);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.svcdht.node.network");

    PostQuantumTest() {
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void close() {
        logger.detachAppender(log);
        net.close();
    }

    private static NetworkConfig patient(NetworkConfig c) {
        return LocalNet.patient(c).withReplicas(20);
    }

    private static Signing signing(boolean dual, OptionalLong requireOn) {
        return new Signing(dual, requireOn, Signing.DEFAULT.algorithms());
    }

    private Member join(Signing signing) {
        net.change(c -> patient(c).withSigning(signing));
        Member member = net.join();
        await().atMost(Patience.LIMIT).until(() -> member.node().status().ready());
        return member;
    }

    private static void met(Member a, Member b) {
        await().atMost(Patience.LIMIT)
                .until(() -> a.contacts().contains(b.node().id())
                        && b.contacts().contains(a.node().id()));
    }

    private static ProviderRecord held(Member by) {
        return by.node().providers().holdersOf(CID.key()).records().getFirst().record();
    }

    private static List<EventType> trust(Member of) {
        return of.events().stream()
                .map(e -> e.event().type())
                .filter(t ->
                        t == EventType.KeyLearned || t == EventType.RootAccepted || t == EventType.ProviderAnnounced)
                .toList();
    }

    @Test
    void a_record_in_a_batch_is_held_with_its_root_and_found_by_who_asks_for_both_signatures() {
        Member holder = join(Signing.DEFAULT);
        Member publisher = join(Signing.DEFAULT);
        met(holder, publisher);
        assertThat(publisher.replicas(publisher.provide(CID).position())).isEqualTo(2);

        assertThat(trust(holder))
                .containsExactly(EventType.KeyLearned, EventType.RootAccepted, EventType.ProviderAnnounced);
        assertThat(holder.node()
                        .roots()
                        .root(Objects.requireNonNull(held(holder).proof()).root()))
                .isNotNull();
        assertThat(trust(publisher)).as("our own journal is as it was").containsExactly(EventType.ProviderAnnounced);

        net.leave(publisher);
        Member asker = join(signing(true, OptionalLong.of(PAST)));
        met(holder, asker);
        assertThat(asker.find(CID).result().records()).hasSize(1);
        assertThat(asker.find(CID).origin()).isEqualTo(Origin.CACHE);
    }

    @Test
    void a_publisher_answers_itself_with_a_signed_batch() {
        Member publisher = join(Signing.DEFAULT);
        publisher.provide(CID);
        Member asker = join(signing(true, OptionalLong.of(PAST)));
        met(publisher, asker);
        assertThat(asker.find(CID).result().records()).hasSize(1);
    }

    @Test
    void from_the_day_on_a_record_signed_as_of_old_is_refused_and_both_sides_say_why() {
        Metrics ours = new Metrics();
        Metrics theirs = new Metrics();
        net.measure(new NetworkMeters(ours));
        Member strict = join(signing(true, OptionalLong.of(PAST)));
        net.measure(new NetworkMeters(theirs));
        Member older = join(signing(false, OptionalLong.empty()));
        met(strict, older);

        assertThat(older.replicas(older.provide(CID).position()))
                .as("by itself")
                .isEqualTo(1);
        assertThat(strict.holds(CID)).isFalse();
        assertThat(counter(ours.registry(), "pq_classical_only_total")).isPositive();
        assertThat(counter(ours.registry(), "record_refusals_total", "why", "pq_required"))
                .isPositive();
        assertThat(ours.registry().get("pq_dual_sign_ratio").gauge().value()).isZero();
        assertThat(counter(theirs.registry(), "provider_turned_away_total", "code", "badsignature"))
                .isPositive();
        assertThat(ours.refusals().rows())
                .as("what the console of the stricter one shows")
                .anySatisfy(r -> {
                    assertThat(r.way()).isEqualTo(Refusals.Way.HERE);
                    assertThat(r.who()).isEqualTo(older.node().id().text());
                    assertThat(r.reason()).isEqualTo("pq_required");
                    assertThat(r.what().cid()).isEqualTo(ContentId.canonical(CID.key()));
                });
        assertThat(theirs.refusals().rows()).as("and of the older one").anySatisfy(r -> {
            assertThat(r.way()).isEqualTo(Refusals.Way.THERE);
            assertThat(r.who()).isEqualTo(strict.node().id().text());
            assertThat(r.reason()).isEqualTo("bad_signature");
            assertThat(r.what().detail()).contains("pq_require_on has passed");
        });
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(m -> m.startsWith("A peer's record was refused: pq_require_on has passed"))
                .anyMatch(m -> m.startsWith(strict.node().id() + " does not take our record as it is signed:")
                        && m.contains("pq_require_on has passed"));
    }

    @Test
    void until_then_it_is_taken_with_a_warning_that_is_counted() {
        Metrics ours = new Metrics();
        net.measure(new NetworkMeters(ours));
        Member lenient = join(Signing.DEFAULT);
        net.measure(NetworkMeter.NONE);
        Member older = join(signing(false, OptionalLong.empty()));
        met(lenient, older);
        assertThat(older.replicas(older.provide(CID).position())).isEqualTo(2);
        assertThat(lenient.holds(CID)).isTrue();
        assertThat(counter(ours.registry(), "pq_classical_only_total")).isPositive();
        assertThat(counter(ours.registry(), "pq_verify_fail_total", "alg", "ml-dsa-87"))
                .isZero();
        assertThat(trust(lenient)).containsExactly(EventType.ProviderAnnounced);
    }

    @Test
    void a_root_outlives_a_restart_with_the_records_that_refer_to_it() {
        net.change(PostQuantumTest::patient);
        Member first = net.join();
        Member holder = net.join(directory, List.of(first.address()));
        await().atMost(Patience.LIMIT)
                .until(() ->
                        holder.node().status().ready() && first.node().status().ready());
        met(first, holder);
        assertThat(first.replicas(first.provide(CID).position())).isEqualTo(2);
        ProviderRecord before = held(holder);
        net.leave(holder);
        Member again = net.join(directory, List.of(first.address()));
        assertThat(held(again)).isEqualTo(before);
        assertThat(again.node()
                        .roots()
                        .root(Objects.requireNonNull(before.proof()).root()))
                .isNotNull();
        assertThat(again.node().roots().keys()).hasSize(1);
    }

    private static double counter(MeterRegistry registry, String name, String... tags) {
        FunctionCounter asked = registry.find(name).tags(tags).functionCounter();
        return asked != null
                ? asked.count()
                : registry.get(name).tags(tags).counter().count();
    }
}
