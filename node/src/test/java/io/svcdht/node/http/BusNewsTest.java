package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusNewsTest {
    private final Vertx vertx = Vertx.vertx();
    private final BusNews news = new BusNews(vertx);
    private final AtomicInteger made = new AtomicInteger();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void publish() {
        news.publish("somewhere", () -> new JsonObject().put("nth", made.incrementAndGet()));
    }

    @Test
    void nothing_is_made_where_nobody_listens_and_each_listener_gets_its_own() throws Exception {
        for (int i = 0; i < 100; i++) {
            publish();
        }
        assertThat(made).hasValue(0);

        BlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();
        for (int listener = 0; listener < 2; listener++) {
            vertx.eventBus().<JsonObject>localConsumer("somewhere", m -> heard.add(m.body()));
        }
        publish();
        JsonObject one = heard.poll(60, TimeUnit.SECONDS);
        JsonObject other = heard.poll(60, TimeUnit.SECONDS);
        assertThat(one).isNotNull();
        assertThat(other).isNotNull().isNotSameAs(one);
    }
}
