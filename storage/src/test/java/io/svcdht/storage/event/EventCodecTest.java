package io.svcdht.storage.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.State;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.testing.RandomEvents;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {
    private static final long T0 = 1_700_000_000_000L;

    private static byte[] encoded(long position, long instant, long cause, DhtEvent event) {
        ByteSink out = new ByteSink(16);
        EventCodec.encode(position, instant, cause, event, out);
        return out.toByteArray();
    }

    private static JournalEntry decoded(long position, byte[] bytes) {
        return EventCodec.decode(position, bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void every_type_comes_back_exactly(EventType type) {
        long seed = 1000L + type.code();
        RandomEvents values = new RandomEvents(seed);
        for (int i = 0; i < 500; i++) {
            long position =
                    values.random().nextLong(1, 1L << (1 + values.random().nextInt(47)));
            long cause = values.random().nextLong(position);
            long instant = values.random().nextInt(4) == 0 ? (1L << 48) - 1 : values.instant();
            JournalEntry entry = new JournalEntry(position, instant, cause, values.of(type));

            byte[] bytes = encoded(position, instant, cause, entry.event());

            assertThat(decoded(position, bytes))
                    .as("seed %d, value %d", seed, i)
                    .isEqualTo(entry);
            assertThat(entry.event().type()).isEqualTo(type);
        }
    }

    @Test
    void an_entry_is_read_from_the_middle_of_an_array() {
        byte[] bytes = encoded(9, T0, 4, new DhtEvent.NodeStopped("asked to"));
        byte[] inside = new byte[bytes.length + 20];
        java.util.Arrays.fill(inside, (byte) 0x55);
        System.arraycopy(bytes, 0, inside, 7, bytes.length);

        assertThat(EventCodec.decode(9, inside, 7, bytes.length)).isEqualTo(decoded(9, bytes));
    }

    @Test
    void every_cut_and_every_extra_byte_is_malformed() {
        RandomEvents values = new RandomEvents(3);
        for (EventType type : EventType.values()) {
            byte[] bytes = encoded(100, T0, 3, values.of(type));
            int shown = Math.min(bytes.length, 400);
            for (int length = 0; length < shown; length++) {
                int cut = length;
                assertThatThrownBy(() -> EventCodec.decode(100, bytes, 0, cut))
                        .as("%s cut to %d", type, cut)
                        .isInstanceOf(MalformedEvent.class);
            }
            byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
            assertThatThrownBy(() -> decoded(100, longer)).isInstanceOf(MalformedEvent.class);
        }
    }

    @Test
    void a_later_version_and_an_unknown_type_are_named() {
        byte[] bytes = encoded(1, T0, 0, new DhtEvent.NodeStopped(""));
        bytes[0] = 3;
        assertThatThrownBy(() -> decoded(1, bytes))
                .isInstanceOf(MalformedEvent.class)
                .hasMessageContaining("version 3");
        bytes[0] = 2;
        assertThatThrownBy(() -> decoded(1, bytes))
                .isInstanceOf(MalformedEvent.class)
                .hasMessageContaining("has none of what makes it one");
        bytes[0] = 1;
        bytes[1] = (byte) 200;
        assertThatThrownBy(() -> decoded(1, bytes))
                .isInstanceOf(MalformedEvent.class)
                .hasMessageContaining("type 200");
    }

    @Test
    void text_that_is_not_utf8_is_malformed() {
        byte[] bytes = encoded(1, T0, 0, new DhtEvent.NodeStopped("abc"));
        bytes[bytes.length - 1] = (byte) 0xff;
        assertThatThrownBy(() -> decoded(1, bytes))
                .isInstanceOf(MalformedEvent.class)
                .hasMessageContaining("UTF-8");
    }

    /** Texts of plain letters are read another way, whole words at a time: one other byte anywhere must not be lost on it. */
    @Test
    void each_byte_of_a_text_counts() {
        for (int length = 1; length <= 40; length++) {
            for (int at = 0; at < length; at++) {
                String text = "a".repeat(at) + "ü" + "a".repeat(length - at - 1);
                byte[] bytes = encoded(1, T0, 0, new DhtEvent.NodeStopped(text));
                assertThat(decoded(1, bytes).event()).isEqualTo(new DhtEvent.NodeStopped(text));
                byte[] cut = encoded(1, T0, 0, new DhtEvent.NodeStopped("a".repeat(length)));
                cut[cut.length - length + at] = (byte) 0xfc;
                assertThatThrownBy(() -> decoded(1, cut))
                        .as("byte %d of %d", at, length)
                        .isInstanceOf(MalformedEvent.class)
                        .hasMessageContaining("UTF-8");
            }
        }
    }

    /** Whatever decodes must fold and digest as well: a fold that fails would make a journal unreadable. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15})
    void mutated_bytes_are_malformed_or_an_event_that_folds(long seed) {
        RandomEvents values = new RandomEvents(seed);
        RandomGenerator random = values.random();
        List<byte[]> samples = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] sample = encoded(1000, values.instant(), random.nextInt(1000), values.any());
            if (sample.length < 4_000) {
                samples.add(sample);
            }
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long readable = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] mutant = mutated(samples.get(random.nextInt(samples.size())), samples, random);
            long before = threads.getCurrentThreadAllocatedBytes();
            JournalEntry entry = null;
            try {
                entry = decoded(1000, mutant);
                readable++;
            } catch (MalformedEvent expected) {
                assertThat(expected).hasMessageMatching("(?s).+");
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "seed %d, mutant %d: %s"
                                .formatted(seed, i, HexFormat.of().formatHex(mutant)),
                        e);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated)
                    .as("bytes allocated for seed %d, mutant %d of %d bytes", seed, i, mutant.length)
                    .isLessThan(200_000 + 50L * mutant.length);
            if (entry != null) {
                foldAndDigest(entry, seed, i);
            }
        }
        assertThat(readable).as("mutants that still read").isPositive();
    }

    private static void foldAndDigest(JournalEntry entry, long seed, int i) {
        try {
            State state = new State(new HeapStore());
            if (entry.cause() > 0) {
                Key key =
                        switch (entry.event()) {
                            case DhtEvent.ProviderRefreshed e -> e.key();
                            case DhtEvent.ProviderWithdrawn e -> e.key();
                            case DhtEvent.ProviderExpired e -> e.key();
                            default -> new Key(1, 2, 3, 4);
                        };
                ProviderRecord r =
                        new ProviderRecord(ContentId.of(key), new NodeId(new Key(5, 6, 7, 8)), "", List.of(), 600, T0);
                Fold.apply(state, new JournalEntry(entry.cause(), T0, 0, new DhtEvent.ProviderAnnounced(r)));
            }
            Fold.apply(state, entry);
            state.digest();
        } catch (RuntimeException e) {
            throw new AssertionError("seed %d, mutant %d: %s".formatted(seed, i, entry), e);
        }
    }

    private static byte[] mutated(byte[] sample, List<byte[]> samples, RandomGenerator random) {
        byte[] m = sample.clone();
        int changes = 1 + random.nextInt(4);
        for (int c = 0; c < changes && m.length > 0; c++) {
            int at = random.nextInt(m.length);
            switch (random.nextInt(6)) {
                case 0 -> m[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> m[at] = (byte) random.nextInt(256);
                case 2 -> m = java.util.Arrays.copyOf(m, at);
                case 3 -> java.util.Arrays.fill(m, at, Math.min(m.length, at + random.nextInt(1, 11)), (byte) 0xff);
                case 4 -> {
                    byte[] other = samples.get(random.nextInt(samples.size()));
                    int n = random.nextInt(Math.min(m.length - at, other.length) + 1);
                    System.arraycopy(other, 0, m, at, n);
                }
                default -> m = java.util.Arrays.copyOf(m, m.length + random.nextInt(5));
            }
        }
        return m;
    }

    @Test
    void entries_are_small() {
        Key key = new Key(-1, -2, -3, -4);
        ProviderRecord r = new ProviderRecord(
                ContentId.of(key), new NodeId(new Key(1, 2, 3, 4)), "x".repeat(20), List.of(), 172_800, T0);
        long position = 10_000_000;

        assertThat(encoded(position, T0, 0, new DhtEvent.ProviderAnnounced(r))).hasSizeLessThanOrEqualTo(106);
        assertThat(encoded(position, T0, 1, new DhtEvent.ProviderRefreshed(key, 172_800, T0)))
                .hasSizeLessThanOrEqualTo(66);
        assertThat(encoded(position, T0, 1, new DhtEvent.ProviderWithdrawn(key, T0, T0 + 173_100_000)))
                .hasSizeLessThanOrEqualTo(66);
        assertThat(encoded(position, T0, 1, new DhtEvent.ProviderExpired(key))).hasSizeLessThanOrEqualTo(66);

        NodeKeys keys = NodeKeys.of(key, key);
        ProviderRecord peers = new ProviderRecord(
                ContentId.of(key), keys.id(), "x".repeat(20), List.of(), 172_800, T0, new Proof(keys, new byte[77]));
        assertThat(encoded(position, T0, 0, new DhtEvent.ProviderAnnounced(peers)))
                .hasSizeLessThanOrEqualTo(106 + 32 + 78);
        Contact contact = new Contact(keys, List.of(PeerAddress.parse("192.0.2.1:5302")), 65_536);
        assertThat(encoded(position, T0, 0, new DhtEvent.ContactAdded(contact, true)))
                .hasSizeLessThanOrEqualTo(90);
        assertThat(encoded(position, T0, 0, new DhtEvent.ContactRefreshed(3, Collections.nCopies(20, keys.id()))))
                .hasSizeLessThanOrEqualTo(12 + 20 * 32);
    }

    @Test
    void codes_on_disk_never_change() {
        assertThat(EventType.values())
                .extracting(t -> t + "=" + t.code())
                .contains(
                        "NodeStarted=1",
                        "NodeStopped=2",
                        "ConfigChanged=3",
                        "ReadinessChanged=4",
                        "ClockStepped=5",
                        "ProviderAnnounced=16",
                        "ProviderRefreshed=17",
                        "ProviderWithdrawn=18",
                        "ProviderExpired=19",
                        "ProviderReplicated=20",
                        "DigestMarked=64",
                        "RootAccepted=21",
                        "KeyLearned=22",
                        "RootDropped=23",
                        "ContactAdded=32",
                        "ContactRefreshed=33",
                        "ContactEvicted=34",
                        "ContactReplaced=35",
                        "BucketRefreshed=36",
                        "PeerBanned=40",
                        "PeerUnbanned=41",
                        "DiscoveryRecordPublished=42",
                        "PeerDiscovered=43",
                        "CheckpointTaken=65",
                        "JournalPruned=66",
                        "AuditRecorded=67");
        assertThat(DhtEvent.EvictedFor.values())
                .startsWith(
                        DhtEvent.EvictedFor.SILENCE,
                        DhtEvent.EvictedFor.DIVERSITY,
                        DhtEvent.EvictedFor.BETTER,
                        DhtEvent.EvictedFor.BANNED,
                        DhtEvent.EvictedFor.MISBEHAVED);
        assertThat(DhtEvent.Readiness.values())
                .startsWith(DhtEvent.Readiness.BOOTING, DhtEvent.Readiness.READY, DhtEvent.Readiness.DEGRADED);
    }
}
