package io.svcdht.console.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fleet's index in a directory of its own, with how far on the topics it is. One that is not whole, or that knows
 * less than its mark says, is made anew: everything in it came from the topics.
 *
 * <pre>
 * lock      locked while a process has it
 * mark      JSON: the prefix of the topics, where to go on, and the last event of each node by then
 * index/    see {@link FleetStore}
 * </pre>
 */
public final class FleetIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FleetIndex.class);
    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;
    private final String topics;
    private final FileChannel lock;
    private final FleetStore store;
    private final Map<String, Long> offsets = new TreeMap<>();

    private FleetIndex(Path directory, String topics, FileChannel lock) throws IOException {
        this.directory = directory;
        this.topics = topics;
        this.lock = lock;
        this.store = opened();
    }

    /**
     * Opens the index of some topics, or begins one.
     *
     * @throws IOException with a sentence, where the directory is in use, or is none of ours
     */
    public static FleetIndex open(Path directory, String topics) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> there = Files.list(directory)) {
            if (!Files.exists(directory.resolve("lock")) && there.findAny().isPresent()) {
                throw new IOException("%s is not empty and no index of a fleet; name another".formatted(directory));
            }
        }
        FileChannel lock =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            if (!locked(lock)) {
                throw new IOException("%s is in use by another svc-dht fleet".formatted(directory));
            }
            return new FleetIndex(directory, topics, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static boolean locked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private FleetStore opened() throws IOException {
        JsonNode mark = mark();
        if (mark.isMissingNode()) {
            emptied();
            return FleetStore.open(directory.resolve("index"));
        }
        FleetStore found;
        try {
            found = FleetStore.open(directory.resolve("index"));
        } catch (IOException | RuntimeException e) {
            LOG.warn("The index in {} is made anew: {}", directory, e.toString());
            emptied();
            return FleetStore.open(directory.resolve("index"));
        }
        if (!holds(found, mark.path("nodes"))) {
            LOG.warn("The index in {} has lost what it had and is made anew", directory);
            found.close();
            emptied();
            return FleetStore.open(directory.resolve("index"));
        }
        mark.path("offsets")
                .properties()
                .forEach(e -> offsets.put(e.getKey(), e.getValue().asLong()));
        return found;
    }

    /** What was marked is there still; after a power cut it may not be. */
    private static boolean holds(FleetStore store, JsonNode marked) {
        return marked.properties().stream().allMatch(e -> store.node(new NodeId(Key.parseHex(e.getKey())))
                .filter(n -> n.log().lastPosition() >= e.getValue().asLong())
                .isPresent());
    }

    private JsonNode mark() throws IOException {
        Path file = directory.resolve("mark");
        if (!Files.exists(file)) {
            return JSON.missingNode();
        }
        JsonNode mark = JSON.readTree(Files.readString(file));
        return mark.path("topics").asText().equals(topics) ? mark : JSON.missingNode();
    }

    private void emptied() throws IOException {
        Files.deleteIfExists(directory.resolve("mark"));
        Path index = directory.resolve("index");
        if (!Files.isDirectory(index)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(index)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path p : deepestFirst) {
            Files.delete(p);
        }
    }

    public FleetStore store() {
        return store;
    }

    /** Where to go on; empty = at the beginning. */
    Map<String, Long> offsets() {
        return Map.copyOf(offsets);
    }

    /** Remembers that all before is in the index. */
    void mark(Map<String, Long> at) throws IOException {
        offsets.clear();
        offsets.putAll(at);
        ObjectNode mark = JSON.createObjectNode().put("topics", topics);
        ObjectNode by = mark.putObject("offsets");
        at.forEach(by::put);
        ObjectNode nodes = mark.putObject("nodes");
        store.nodes().forEach(n -> nodes.put(n.id().key().hex(), n.log().lastPosition()));
        Path fresh = directory.resolve("mark.new");
        Files.writeString(fresh, JSON.writeValueAsString(mark));
        Files.move(
                fresh, directory.resolve("mark"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        try {
            store.close();
        } finally {
            lock.close();
        }
    }
}
