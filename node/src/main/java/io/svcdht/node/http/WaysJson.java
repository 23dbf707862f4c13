package io.svcdht.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.node.net.Ways;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** By which ways this node talks with peers, as JSON. */
final class WaysJson {
    private static final long SECOND_MILLIS = 1_000;

    private WaysJson() {}

    /** Within a peer's object: {@code key_exchange}, {@code way} and {@code conversation}, null where nothing stands. */
    static void way(JsonGenerator g, Ways.@Nullable Peer way) throws IOException {
        g.writeStringField("key_exchange", way == null ? null : way.keyExchange());
        g.writeStringField("way", way == null || way.keyExchange() == null ? null : word(way.next()));
        Ways.Conversation c = way == null ? null : way.conversation();
        if (c == null) {
            g.writeNullField("conversation");
            return;
        }
        g.writeObjectFieldStart("conversation");
        g.writeStringField("began", c.ours() ? "here" : "there");
        g.writeNumberField("age_secs", c.ageMillis() / SECOND_MILLIS);
        g.writeNumberField("heard_secs_ago", c.heardMillisAgo() / SECOND_MILLIS);
        g.writeNumberField("sent", c.sent());
        g.writeNumberField("rekeys", c.rekeys());
        g.writeBooleanField("at_home", c.atHome());
        g.writeEndObject();
    }

    private static String word(Ways.Way way) {
        return switch (way) {
            case DATAGRAMS -> "datagrams";
            case STREAM -> "stream";
        };
    }

    /** The field {@code datagrams}: null on a node without a socket for them. */
    static void datagrams(JsonGenerator g, Ways.@Nullable Datagrams d) throws IOException {
        if (d == null) {
            g.writeNullField("datagrams");
            return;
        }
        g.writeObjectFieldStart("datagrams");
        g.writeNumberField("conversations", d.conversations());
        g.writeNumberField("unconfirmed", d.unconfirmed());
        g.writeNumberField("beginning", d.begun());
        g.writeBooleanField("cookies_asked", d.cookies().asked());
        Ways.Counts n = d.counts();
        g.writeNumberField("begun", n.begun());
        g.writeNumberField("served", n.served());
        g.writeNumberField("cookies_sent", n.cookiesSent());
        g.writeNumberField("cookies_received", n.cookiesReceived());
        g.writeNumberField("shed", n.shed());
        g.writeNumberField("cut", n.cut());
        g.writeNumberField("fallbacks", n.fallbacks());
        g.writeNumberField("junk", n.junk());
        g.writeEndObject();
    }
}
