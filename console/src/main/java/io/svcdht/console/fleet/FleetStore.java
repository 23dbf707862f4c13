package io.svcdht.console.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.svcdht.console.fleet.FleetFeed.Piece;
import io.svcdht.node.config.FleetConfig;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.journal.JournalReader;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The index over a fleet: each node's events with an index by time, all events of a content id over all nodes, all
 * lookups by their id. It is made of what a feed hands over and can be thrown away.
 *
 * <pre>
 * nodes/NUMBER-HEX/  events checkpoints/ segments/     of one node
 * content/           where each content id is spoken of
 * traces             lookups
 * covered            how far the index by content id goes, and what the events before said
 * </pre>
 *
 * <p>One thread hands over; any number read.
 */
public final class FleetStore implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int PAIRS_IN_MEMORY = 262_144;
    private static final int NODES_MAX = 65_535;
    static final int PLACE_BITS = 48;

    private final Path directory;
    private final KeyRuns content;
    private final TraceShelf traces;
    private final ConcurrentHashMap<NodeId, FleetNode> nodes = new ConcurrentHashMap<>();
    private final List<FleetNode> byOrdinal = Collections.synchronizedList(new ArrayList<>());

    private long tidiedNanos = System.nanoTime();

    private FleetStore(Path directory, KeyRuns content, TraceShelf traces) {
        this.directory = directory;
        this.content = content;
        this.traces = traces;
    }

    /** An event about a content id, and the node whose journal has it. */
    public record Sighting(FleetNode node, JournalEntry entry) {}

    /** Opens an index or begins one. */
    public static FleetStore open(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("nodes"));
        FleetStore store = new FleetStore(
                directory,
                KeyRuns.open(directory.resolve("content"), PAIRS_IN_MEMORY),
                TraceShelf.open(directory.resolve("traces")));
        store.reopen();
        return store;
    }

    private void reopen() throws IOException {
        Path file = directory.resolve("covered");
        JsonNode covered = Files.exists(file) ? JSON.readTree(Files.readString(file)) : JSON.createObjectNode();
        List<Path> directories;
        try (var all = Files.list(directory.resolve("nodes"))) {
            directories = all.sorted(Comparator.comparing(p -> String.valueOf(p.getFileName())))
                    .toList();
        }
        for (Path d : directories) {
            String[] parts = String.valueOf(d.getFileName()).split("-", 2);
            NodeId id = new NodeId(Key.parseHex(parts[1]));
            if (!Files.exists(d.resolve("events")) || Integer.parseInt(parts[0]) != byOrdinal.size()) {
                throw new IOException(d + " is not whole; remove the index, it is made anew");
            }
            FleetNode node = FleetNode.open(id, byOrdinal.size(), d, traces.log(id));
            known(node);
            again(node, covered.path(id.text()));
        }
    }

    /** What was appended after the index was last written is read again. */
    private void again(FleetNode node, JsonNode said) throws IOException {
        node.restored(new FleetNode.Summary(
                said.path("version").asText(""),
                said.path("epoch").asLong(),
                said.path("readiness").asText(""),
                said.path("reason").asText(""),
                said.path("clock_steps").asLong(),
                said.path("gaps").asLong(),
                said.path("repeated").asLong()));
        NodeLog log = node.log();
        long from = Math.max(log.firstPosition(), said.path("position").asLong() + 1);
        if (from <= log.lastPosition()
                && log.read(from) instanceof io.svcdht.storage.journal.JournalSource.Read.From(JournalReader reader)) {
            try (reader) {
                for (JournalEntry e = reader.next(); e != null; e = reader.next()) {
                    index(node, e);
                    node.restored(node.summary().after(e));
                }
            }
        }
    }

    private void known(FleetNode node) {
        byOrdinal.add(node);
        nodes.put(node.id(), node);
    }

    /** Takes all a feed has to hand over just now. */
    public boolean take(FleetFeed feed) throws IOException {
        IOException[] failed = new IOException[1];
        boolean more = feed.poll(accepting(failed));
        if (failed[0] != null) {
            throw failed[0];
        }
        flush();
        return more;
    }

    /** Takes the states that a feed has of nodes that need one. */
    void bases(TopicFeed feed) throws IOException {
        IOException[] failed = new IOException[1];
        feed.bases(directory, accepting(failed));
        if (failed[0] != null) {
            throw failed[0];
        }
    }

    private Consumer<Piece> accepting(IOException[] failed) {
        return piece -> {
            if (failed[0] == null) {
                try {
                    accept(piece);
                } catch (IOException e) {
                    failed[0] = e;
                }
            }
        };
    }

    /** Takes one piece; readers see it after {@link #flush}. */
    void accept(Piece piece) throws IOException {
        switch (piece) {
            case Piece.Base(NodeId node, Path checkpoint) -> {
                FleetNode there = nodes.get(node);
                if (there != null) {
                    there.based(checkpoint);
                } else {
                    Path d = directoryOf(node);
                    long position = FleetNode.base(d, checkpoint);
                    known(FleetNode.create(node, byOrdinal.size(), d, position + 1, traces.log(node)));
                }
            }
            case Piece.Event(NodeId id, long position, byte[] bytes) -> {
                FleetNode node = node(id, position);
                JournalEntry entry = node.append(position, bytes);
                if (entry != null) {
                    index(node, entry);
                }
            }
            case Piece.Trace(NodeId node, byte[] document) -> traces.add(node, document);
            case Piece.Card(NodeId node, NodeCard card) -> node(node, 1).told(card);
        }
    }

    private FleetNode node(NodeId id, long first) throws IOException {
        FleetNode node = nodes.get(id);
        if (node == null) {
            node = FleetNode.create(id, byOrdinal.size(), directoryOf(id), first, traces.log(id));
            known(node);
        }
        return node;
    }

    private Path directoryOf(NodeId id) throws IOException {
        if (byOrdinal.size() >= NODES_MAX) {
            throw new IOException("this index holds at most %,d nodes".formatted(NODES_MAX));
        }
        return directory
                .resolve("nodes")
                .resolve("%05d-%s".formatted(byOrdinal.size(), id.key().hex()));
    }

    private void index(FleetNode node, JournalEntry entry) throws IOException {
        Key key = Subject.keyOf(entry.event());
        if (key != null) {
            if (content.full()) {
                flush();
                content.flush();
                writeCovered();
            }
            content.add(key.w0(), key.w1(), (long) node.ordinal() << PLACE_BITS | entry.position());
        }
    }

    /** Lets readers see what was taken. */
    public void flush() throws IOException {
        for (FleetNode node : nodes()) {
            node.flush();
        }
    }

    /** Writes states down where it is time to; what makes long journals quick to look into. */
    public void keepUp() throws IOException {
        for (FleetNode node : nodes()) {
            node.keepUp();
        }
    }

    /** Gives up what is too old or too much, unless that was seen to not long ago. */
    void giveUp(FleetConfig keep, Duration each) throws IOException {
        long now = System.nanoTime();
        if (now - tidiedNanos >= each.toNanos()) {
            tidiedNanos = now;
            nodes().forEach(FleetNode::dropIdle);
            // What the index by content id says of events that are gone is told apart by their positions.
            new Retention(this, directory).carryOut(keep, System.currentTimeMillis());
        }
    }

    KeyRuns content() {
        return content;
    }

    private void writeCovered() throws IOException {
        ObjectNode all = JSON.createObjectNode();
        for (FleetNode node : nodes()) {
            FleetNode.Summary s = node.summary();
            all.putObject(node.id().text())
                    .put("position", node.log().appended())
                    .put("version", s.version())
                    .put("epoch", s.epoch())
                    .put("readiness", s.readiness())
                    .put("reason", s.reason())
                    .put("clock_steps", s.clockSteps())
                    .put("gaps", s.gaps())
                    .put("repeated", s.repeated());
        }
        Path fresh = directory.resolve("covered.new");
        Files.writeString(fresh, JSON.writeValueAsString(all));
        Files.move(
                fresh,
                directory.resolve("covered"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** In the order in which they were first heard of. */
    public List<FleetNode> nodes() {
        synchronized (byOrdinal) {
            return List.copyOf(byOrdinal);
        }
    }

    public Optional<FleetNode> node(NodeId id) {
        return Optional.ofNullable(nodes.get(id));
    }

    public TraceShelf traces() {
        return traces;
    }

    /** Events that are kept, of all nodes. */
    public long events() {
        return nodes().stream()
                .mapToLong(n -> n.log().lastPosition() - n.log().firstPosition() + 1)
                .sum();
    }

    /** The same of all nodes. */
    public List<Sighting> about(Key key, long upToMillis, int eachMax) {
        return about(key, upToMillis, eachMax, n -> true);
    }

    /**
     * The events about a content id, by node and position; those a node has more than {@code eachMax} of are its
     * latest.
     *
     * @param upToMillis the last instant, by each node's own clock
     * @param of whose; nothing is read of others
     */
    public List<Sighting> about(Key key, long upToMillis, int eachMax, Predicate<FleetNode> of) {
        List<FleetNode> all = nodes();
        List<Sighting> found = new ArrayList<>();
        long[] places = content.placesOf(key.w0(), key.w1());
        int to = places.length;
        while (to > 0) {
            int ordinal = (int) (places[to - 1] >>> PLACE_BITS);
            int from = to;
            while (from > 0 && (int) (places[from - 1] >>> PLACE_BITS) == ordinal) {
                from--;
            }
            FleetNode node = all.get(ordinal);
            if (of.test(node)) {
                found.addAll(latest(node, key, places, from, to, upToMillis, eachMax));
            }
            to = from;
        }
        return found.reversed();
    }

    /** Newest first. */
    private static List<Sighting> latest(
            FleetNode node, Key key, long[] places, int from, int to, long upToMillis, int max) {
        List<Sighting> found = new ArrayList<>();
        NodeLog log = node.log();
        for (int i = to - 1; i >= from && found.size() < max; i--) {
            long position = places[i] & (1L << PLACE_BITS) - 1;
            if (position < log.firstPosition() || position > log.lastPosition()) {
                continue;
            }
            JournalEntry e = io.svcdht.storage.replay.Moments.entryAt(log, position);
            // The index knows half of the key.
            if (e.instantMillis() <= upToMillis && key.equals(Subject.keyOf(e.event()))) {
                found.add(new Sighting(node, e));
            }
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        flush();
        content.flush();
        writeCovered();
        for (FleetNode node : nodes()) {
            node.close();
        }
        content.close();
        traces.close();
    }
}
