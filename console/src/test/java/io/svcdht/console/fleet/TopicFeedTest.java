package io.svcdht.console.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.fleet.FleetFeed.Piece;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.storage.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TopicFeedTest {
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    private final ScriptedTopics topics = new ScriptedTopics();
    private final AtomicLong seconds = new AtomicLong(1_000);
    private final List<Piece> came = new ArrayList<>();

    private TopicFeed feed(long last) throws Exception {
        return new TopicFeed(
                topics.open(KafkaConfig.OFF),
                new TopicFeed.Clocks(() -> seconds.get() * 1_000, () -> seconds.get() * 1_000_000_000),
                Duration.ZERO,
                PATIENCE,
                new TopicFeed.Known() {
                    @Override
                    public long last(NodeId node) {
                        return last;
                    }

                    @Override
                    public boolean wants(NodeId node, long position) {
                        return false;
                    }
                });
    }

    private void read(TopicFeed feed) throws Exception {
        do {
            feed.poll(came::add);
        } while (feed.behind() > 0);
    }

    private List<Long> positions() {
        return came.stream()
                .filter(Piece.Event.class::isInstance)
                .map(p -> ((Piece.Event) p).position())
                .toList();
    }

    @Test
    void what_comes_late_is_put_in_its_place() throws Exception {
        for (long p : new long[] {7, 8, 12, 13, 9, 10, 11, 14}) {
            topics.event(1, p);
        }
        read(feed(0));
        assertThat(positions()).containsExactly(7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L);
    }

    @Test
    void a_hole_is_waited_for_and_then_taken_for_final() throws Exception {
        topics.event(1, 1).event(1, 5).event(1, 6).event(2, 1);
        TopicFeed feed = feed(0);
        read(feed);
        assertThat(positions()).containsExactly(1L, 1L);
        assertThat(feed.settled()).as("a mark would lose what waits").isFalse();

        seconds.addAndGet(PATIENCE.toSeconds());
        read(feed);
        assertThat(positions()).as("the time is not over yet").hasSize(2);

        seconds.incrementAndGet();
        read(feed);
        assertThat(positions()).containsExactly(1L, 1L, 5L, 6L);
        assertThat(feed.settled()).isTrue();
    }

    @Test
    void an_index_that_has_some_goes_on_behind_it() throws Exception {
        topics.event(1, 4).event(1, 3);
        read(feed(2));
        assertThat(positions()).containsExactly(3L, 4L);
    }

    @Test
    void a_card_may_hold_anything() throws Exception {
        topics.card(
                        1,
                        "{\"state\":\"<b>\",\"version\":\"" + "x".repeat(5_000)
                                + "\",\"records\":{},\"http\":\"10.0.0.7:80\"}")
                .card(2, "[1")
                .card(3, "{\"state\":\"ready\",\"http\":\"127.0.0.1:80\",\"at_ms\":5,\"lost\":7,\"last_position\":9}");
        TopicFeed feed = feed(0);
        read(feed);
        List<NodeCard> cards = came.stream().map(p -> ((Piece.Card) p).card()).toList();
        assertThat(cards.get(0).state()).isEmpty();
        assertThat(cards.get(0).version()).hasSize(255);
        assertThat(cards.get(0).label()).isEqualTo("10.0.0.7:80");
        assertThat(cards.get(1)).isEqualTo(NodeCard.silent(ScriptedTopics.node(2)));
        assertThat(cards.get(2).label()).as("that of many nodes").isEmpty();
        assertThat(cards.get(2).lost()).isEqualTo(7);
        assertThat(cards.get(2).heardMillis()).as("it lay there already").isEqualTo(5);

        topics.card(3, "{\"at_ms\":6}");
        read(feed);
        assertThat(((Piece.Card) came.getLast()).card().heardMillis())
                .as("by our clock")
                .isEqualTo(1_000_000);
    }
}
