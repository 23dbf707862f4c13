package io.svcdht.console.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.Visit.Caller;
import io.svcdht.node.config.Role;
import io.svcdht.storage.event.DhtEvent.ConfigChanged;
import io.svcdht.storage.event.DhtEvent.ContactRefreshed;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of one moment, moved to others. */
class LastWordsTest {
    private static final int EVENTS = 6_000;
    private static final List<NodeId> NODES = IntStream.range(0, 12)
            .mapToObj(i -> new NodeId(Key.of(Blake3.hash(new byte[] {(byte) i}))))
            .toList();

    private final FakeNode node = new FakeNode(1 << 13);

    /** The later a node stands in the list the more rarely it answers; the last one never does. */
    private void played(Random luck) {
        for (int i = 0; i < EVENTS; i++) {
            int who = Math.min(11, 31 - Integer.numberOfLeadingZeros(1 + luck.nextInt(1 << 12)));
            NodeId answers = NODES.get(11 - who);
            boolean heard = luck.nextInt(4) == 0 && who > 0;
            node.happened(
                    FakeNode.NOW + i,
                    0,
                    heard
                            ? new ContactRefreshed(who, List.of(answers, NODES.get(luck.nextInt(3))))
                            : new ConfigChanged("log_level", "info", "debug", "SIGHUP"));
        }
    }

    private Visit visit(BooleanSupplier spent) {
        return new Visit(
                node, new Notebook(), "", "buckets", Map.of(), new Caller(Role.VIEWER, "", false, false), spent);
    }

    private Map<NodeId, JournalEntry> plainly(long upTo) {
        Map<NodeId, JournalEntry> last = new HashMap<>();
        try (JournalReader reader = node.journal().readAll()) {
            for (JournalEntry e = reader.next(); e != null && e.position() <= upTo; e = reader.next()) {
                for (NodeId peer : Subject.peersOf(e.event())) {
                    last.put(peer, e);
                }
            }
        }
        return last;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void words_moved_to_a_moment_are_those_of_a_plain_search(long seed) {
        Random luck = new Random(seed);
        played(luck);
        LastWords words = LastWords.NONE;
        long position = EVENTS / 2;
        int complete = 0;
        for (int move = 0; move < 120; move++) {
            position = luck.nextInt(4) == 0
                    ? 1 + luck.nextInt(EVENTS)
                    : Math.clamp(position + luck.nextInt(-20, 21), 1, EVENTS);
            Set<NodeId> contacts = new HashSet<>(NODES);
            contacts.remove(NODES.get(luck.nextInt(NODES.size())));
            AtomicInteger left = new AtomicInteger(luck.nextInt(1, 5));
            words = words.movedTo(visit(() -> left.decrementAndGet() <= 0), position, contacts);
            Map<NodeId, JournalEntry> expected = plainly(position);
            for (NodeId contact : contacts) {
                String what = "seed %d, move %d to %d, %s".formatted(seed, move, position, contact);
                JournalEntry last = expected.get(contact);
                if (words.of(contact).isPresent()) {
                    assertThat(words.of(contact)).as(what).contains(last);
                } else if (words.complete()) {
                    assertThat(last).as(what).isNull();
                } else if (last != null) {
                    assertThat(last.position())
                            .as(what)
                            .isLessThan(words.lookedTo().get(contact));
                }
            }
            complete += words.complete() ? 1 : 0;
        }
        assertThat(complete).as("moves whose search came to its end").isBetween(1, 119);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1})
    void a_step_needs_no_time_for_searching(int step) {
        played(new Random(7));
        Set<NodeId> contacts = new HashSet<>(NODES.subList(0, 3));
        LastWords words = LastWords.NONE.movedTo(visit(() -> false), EVENTS - 300, contacts);
        List<Long> late = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            words = words.movedTo(visit(() -> true), EVENTS - 300 + i * step, contacts);
            if (!words.complete()) {
                late.add(words.upTo());
            }
        }
        assertThat(late).isEmpty();
    }
}
