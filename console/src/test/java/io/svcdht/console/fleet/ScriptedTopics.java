package io.svcdht.console.fleet;

import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.shipping.Delivery;
import io.svcdht.node.shipping.ShippedTopics;
import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventCodec;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Topics of one partition in memory, which hand over one message at a time, and can be away. */
final class ScriptedTopics implements ShippedTopics {
    /** How often a state was fetched. */
    final AtomicInteger fetched = new AtomicInteger();

    static final long BEGAN = 1_760_000_000_000L;

    private final List<Delivery> messages = new ArrayList<>();
    private boolean away;

    static NodeId node(int n) {
        return new NodeId(Key.of(Blake3.hash(new byte[] {1, (byte) n})));
    }

    synchronized ScriptedTopics event(int node, long position) {
        return event(node, position, BEGAN + position, new DhtEvent.NodeStopped("event " + position));
    }

    synchronized ScriptedTopics event(int node, long position, long millis, DhtEvent event) {
        ByteSink out = new ByteSink(128);
        EventCodec.encode(position, millis, 0, event, out);
        byte[] bytes = out.toByteArray();
        try {
            messages.add(new Delivery.Event(node(node), 1, EventCodec.decode(position, bytes, 0, bytes.length), bytes));
        } catch (MalformedEvent e) {
            throw new IllegalArgumentException(e);
        }
        return this;
    }

    synchronized ScriptedTopics card(int node, String json) {
        messages.add(new Delivery.Card(node(node), json.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    synchronized ScriptedTopics state(int node, long position, Path file) {
        messages.add(new Delivery.State(node(node), position, file.toFile().length(), into -> {
            fetched.incrementAndGet();
            Files.copy(file, into, StandardCopyOption.REPLACE_EXISTING);
        }));
        return this;
    }

    synchronized void away(boolean now) {
        away = now;
    }

    private synchronized Delivery at(int index) throws IOException {
        if (away) {
            throw new IOException("nobody answers");
        }
        return index < messages.size() ? messages.get(index) : null;
    }

    private synchronized long size() throws IOException {
        if (away) {
            throw new IOException("nobody answers");
        }
        return messages.size();
    }

    @Override
    public void check(KafkaConfig from) {}

    @Override
    public Reading open(KafkaConfig from) throws IOException {
        size();
        return new Walk();
    }

    private final class Walk implements Reading {
        private final Map<NodeId, Long> known = new HashMap<>();
        private int next;

        @Override
        public void from(Map<String, Long> offsets) {
            next = Math.toIntExact(offsets.getOrDefault("only", 0L));
        }

        @Override
        public void known(NodeId node, long position) {
            known.put(node, position);
        }

        @Override
        public List<Delivery> poll(Duration wait) throws IOException {
            Delivery d = at(next);
            if (d == null) {
                return List.of();
            }
            next++;
            return d instanceof Delivery.Event e && e.position() <= known.getOrDefault(e.node(), 0L)
                    ? List.of()
                    : List.of(d);
        }

        @Override
        public Map<String, Long> offsets() {
            return Map.of("only", (long) next);
        }

        @Override
        public long behind() throws IOException {
            return size() - next;
        }

        @Override
        public Map<String, Long> ends() throws IOException {
            return Map.of("only", size());
        }

        @Override
        public boolean reached(Map<String, Long> ends) {
            return next >= ends.get("only");
        }

        @Override
        public boolean incomplete() {
            return false;
        }

        @Override
        public List<String> complaints() {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
