package io.svcdht.node.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.kad.Distance;
import io.svcdht.node.peering.PeeringInput;
import io.svcdht.node.peering.PeeringSettings;
import io.svcdht.node.peering.Word;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many records of one node at once: they reach those they should, with few messages. */
class PublishingTest {
    private static final int REPLICAS = 8;

    private static World grown(int nodes) {
        World world =
                new World(PeeringSettings.standard().withReplicas(REPLICAS).withRepair(0), 11);
        world.build(nodes, 10 * World.MILLI);
        world.run(World.MINUTE);
        return world;
    }

    private static List<Key> publish(World world, int count) {
        SplitMix luck = new SplitMix(5);
        SimNode publisher = world.node(0);
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Key key = luck.key();
            keys.add(key);
            ProviderRecord record = new ProviderRecord(
                    ContentId.of(key),
                    publisher.peer.id(),
                    "",
                    List.of(),
                    3_600,
                    publisher.wallMillis(world.nowNanos()));
            publisher.records.publish(record, world.nowNanos());
            world.step(publisher, new PeeringInput.Publish(1, new Word.Announced(record)));
        }
        world.run(30 * World.SECOND);
        return keys;
    }

    /** How many of the closest to the key hold it. */
    private static long closestThatHold(World world, int nodes, Key key) {
        return IntStream.range(0, nodes)
                .mapToObj(world::node)
                .sorted(Comparator.comparing(n -> n.peer.key(), (a, b) -> Distance.compare(key, a, b)))
                .limit(REPLICAS)
                .filter(n -> n.records.holds(key))
                .count();
    }

    @ParameterizedTest
    @CsvSource({"15, 400, 3", "300, 400, 30", "300, 2000, 16"})
    void they_lie_at_the_closest(int nodes, int records, int messagesEach) {
        World world = grown(nodes);
        long before = world.messages();
        List<Key> keys = publish(world, records);
        double each = (double) (world.messages() - before) / records;
        double right = keys.stream()
                        .mapToLong(key -> closestThatHold(world, nodes, key))
                        .average()
                        .orElse(0)
                / REPLICAS;
        assertThat(right).as("of the closest hold it").isGreaterThan(0.99);
        assertThat(each).as("messages for each record").isLessThan(messagesEach);
    }
}
