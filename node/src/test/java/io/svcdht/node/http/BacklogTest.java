package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.http.Backlog.Item;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final long NOT_AT_ALL = 0;

    @Test
    void what_found_no_room_is_told_where_it_is_missing() throws Exception {
        Backlog backlog = new Backlog(2);
        for (int i = 1; i <= 5; i++) {
            backlog.add("a", "{\"n\":%d}".formatted(i));
        }
        assertThat(backlog.poll(NOT_AT_ALL)).isEqualTo(new Item.News("a", "{\"n\":1}"));
        backlog.add("b", "{}");
        assertThat(backlog.poll(NOT_AT_ALL)).isEqualTo(new Item.News("a", "{\"n\":2}"));
        assertThat(backlog.poll(NOT_AT_ALL)).isEqualTo(new Item.Gap(3));
        assertThat(backlog.poll(NOT_AT_ALL)).isEqualTo(new Item.News("b", "{}"));
        assertThat(backlog.poll(NOT_AT_ALL)).isNull();
    }

    @Test
    void a_gap_at_the_end_is_told_without_waiting_for_more_news() throws Exception {
        Backlog backlog = new Backlog(1);
        backlog.add("a", "{}");
        backlog.add("a", "{}");
        assertThat(backlog.poll(NOT_AT_ALL)).isEqualTo(new Item.News("a", "{}"));
        assertThat(backlog.poll(NOT_AT_ALL)).isEqualTo(new Item.Gap(1));
        assertThat(backlog.poll(NOT_AT_ALL)).isNull();
    }
}
