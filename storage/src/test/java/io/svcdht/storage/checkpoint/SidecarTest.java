package io.svcdht.storage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.journal.JournalSource.Read;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SidecarTest {
    private static final int SEGMENTS = 5;
    private static final long T0 = 1_767_225_600_000L;

    @TempDir
    Path temp;

    private final MemoryJournal journal = new MemoryJournal((SEGMENTS + 1) * Sidecar.SEGMENT_EVENTS);
    private Sidecars sidecars;

    /** Each segment has keys of its own, some keys are in many, and what is rare stands in one or two only. */
    @BeforeEach
    void five_segments_and_a_bit() throws Exception {
        Random random = new Random(4);
        for (long i = 0; i < (long) SEGMENTS * Sidecar.SEGMENT_EVENTS + 1_000; i++) {
            long instant = T0 + i / 3;
            long segment = i / Sidecar.SEGMENT_EVENTS;
            Key key = random.nextInt(10) == 0
                    ? new Key(random.nextInt(1_000_000), 0, 0, 0)
                    : new Key(segment, random.nextInt(5_000), 1, 0);
            DhtEvent event = i % 150_000 == 1
                    ? new DhtEvent.ClockStepped(i)
                    : random.nextInt(3) == 0
                            ? new DhtEvent.ProviderExpired(key)
                            : new DhtEvent.ProviderAnnounced(new ProviderRecord(
                                    ContentId.of(key),
                                    new NodeId(new Key(3, segment % 3, 0, 0)),
                                    "",
                                    List.of(),
                                    60,
                                    instant));
            journal.append(instant, 0, event);
        }
        sidecars = new Sidecars(temp.resolve("segments"), journal);
        while (sidecars.makeNext(journal.lastPosition(), Checkpoints.Pace.FULL)) {
            assertThat(temp.resolve("segments")).isDirectory();
        }
    }

    private List<JournalEntry> read(long first, long last) {
        List<JournalEntry> entries = new ArrayList<>();
        if (journal.read(first) instanceof Read.From(JournalReader reader)) {
            for (JournalEntry e = reader.next(); e != null && e.position() <= last; e = reader.next()) {
                entries.add(e);
            }
        }
        return entries;
    }

    private static boolean matches(JournalEntry e, Set<EventType> types, @Nullable Key key, @Nullable NodeId peer) {
        return types.contains(e.event().type())
                && (key == null || key.equals(Subject.keyOf(e.event())))
                && (peer == null || Subject.peersOf(e.event()).contains(peer));
    }

    /** Positions read and positions found, going by the spans. */
    private record Found(long read, List<Long> positions) {}

    private Found search(
            Sidecars by, long from, long to, Set<EventType> types, @Nullable Key key, @Nullable NodeId peer) {
        List<Long> found = new ArrayList<>();
        long read = 0;
        long next = from;
        for (Optional<Sidecars.Span> span = by.next(next, to, types, key, peer);
                span.isPresent();
                span = by.next(next, to, types, key, peer)) {
            assertThat(span.get().first()).isGreaterThanOrEqualTo(next);
            for (JournalEntry e : read(span.get().first(), span.get().last())) {
                read++;
                if (matches(e, types, key, peer)) {
                    found.add(e.position());
                }
            }
            next = span.get().last() + 1;
        }
        return new Found(read, found);
    }

    @Test
    void a_skipped_segment_never_hides_a_match() {
        Random random = new Random(6);
        List<JournalEntry> all = read(1, journal.lastPosition());
        Set<EventType> every = EnumSet.allOf(EventType.class);
        for (int i = 0; i < 60; i++) {
            Key key = Subject.keyOf(all.get(random.nextInt(all.size())).event());
            NodeId peer = random.nextInt(3) == 0 ? new NodeId(new Key(3, random.nextInt(4), 0, 0)) : null;
            Set<EventType> types =
                    switch (random.nextInt(3)) {
                        case 0 -> every;
                        case 1 -> EnumSet.of(EventType.ProviderExpired);
                        default -> EnumSet.of(EventType.ClockStepped, EventType.ProviderAnnounced);
                    };
            long from = 1L + random.nextInt(all.size());
            long to = from + random.nextLong(all.size() - from + 1);
            List<Long> expected = all.subList((int) from - 1, (int) to).stream()
                    .filter(e -> matches(e, types, key, peer))
                    .map(JournalEntry::position)
                    .toList();
            assertThat(search(sidecars, from, to, types, key, peer).positions())
                    .as("search %d", i)
                    .isEqualTo(expected);
        }
    }

    @Test
    void most_of_the_journal_is_not_read_for_what_is_rare() {
        Found clock = search(sidecars, 1, journal.lastPosition(), EnumSet.of(EventType.ClockStepped), null, null);
        assertThat(clock.positions()).containsExactly(2L, 150_002L, 300_002L);
        assertThat(clock.read()).isLessThan(3L * Sidecar.SEGMENT_EVENTS + 1_001);
        Found one =
                search(sidecars, 1, journal.lastPosition(), EnumSet.allOf(EventType.class), new Key(2, 7, 1, 0), null);
        assertThat(one.positions()).isNotEmpty();
        assertThat(one.read()).isLessThan(2L * Sidecar.SEGMENT_EVENTS + 1_001);
        Found none = search(
                sidecars,
                1,
                5 * Sidecar.SEGMENT_EVENTS,
                EnumSet.allOf(EventType.class),
                null,
                new NodeId(new Key(8, 8, 8, 8)));
        assertThat(none).isEqualTo(new Found(0, List.of()));
    }

    @Test
    void counts_by_type_and_second_are_those_of_the_events() {
        for (long number = 0; number < SEGMENTS; number++) {
            Sidecar sidecar = sidecars.of(number).orElseThrow();
            Map<EventType, Integer> byType = new HashMap<>();
            Map<Long, Integer> bySecond = new HashMap<>();
            for (JournalEntry e : read(sidecar.first(), sidecar.last())) {
                byType.merge(e.event().type(), 1, Integer::sum);
                bySecond.merge(e.instantMillis() / 1000, 1, Integer::sum);
            }
            assertThat(sidecar.counts()).isEqualTo(byType);
            Map<Long, Integer> told = new HashMap<>();
            sidecar.seconds()
                    .forEach(s -> told.put(
                            s.epochSecond(),
                            s.counts().values().stream()
                                    .mapToInt(Integer::intValue)
                                    .sum()));
            assertThat(told).isEqualTo(bySecond);
        }
    }

    @Test
    void a_bad_or_missing_one_is_not_believed_and_made_again() throws Exception {
        Path first = temp.resolve("segments/%012d.segment".formatted(0));
        Path second = temp.resolve("segments/%012d.segment".formatted(1));
        byte[] whole = Files.readAllBytes(first);
        for (int at = 0; at < whole.length; at += 1 + whole.length / 40) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 16;
            Files.write(first, flipped);
            assertThat(new Sidecars(temp.resolve("segments"), journal).of(0))
                    .as("byte %d", at)
                    .isEmpty();
        }
        Files.delete(second);
        Sidecars fresh = new Sidecars(temp.resolve("segments"), journal);
        assertThat(fresh.of(0)).isEmpty();
        assertThat(search(fresh, 1, journal.lastPosition(), EnumSet.of(EventType.ClockStepped), null, null)
                        .positions())
                .hasSize(3);
        assertThat(fresh.makeNext(journal.lastPosition(), Checkpoints.Pace.FULL))
                .isTrue();
        assertThat(fresh.makeNext(journal.lastPosition(), Checkpoints.Pace.FULL))
                .isTrue();
        assertThat(fresh.makeNext(journal.lastPosition(), Checkpoints.Pace.FULL))
                .isFalse();
        assertThat(Files.readAllBytes(first)).isEqualTo(whole);
        assertThat(fresh.of(1)).isPresent();
    }

    @Test
    void one_of_another_journal_is_not_believed() {
        MemoryJournal other = new MemoryJournal(Sidecar.SEGMENT_EVENTS + 10);
        for (int i = 0; i < Sidecar.SEGMENT_EVENTS; i++) {
            other.append(T0, 0, new DhtEvent.ClockStepped(i));
        }
        assertThat(new Sidecars(temp.resolve("segments"), other).of(0)).isEmpty();
    }
}
