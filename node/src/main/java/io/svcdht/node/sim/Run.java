package io.svcdht.node.sim;

import io.svcdht.node.peering.PeeringSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A scenario while it is played: builds its worlds and collects what it shows. */
final class Run {
    private static final long JOIN_EVERY_NANOS = 10 * World.MILLI;
    private static final int JOINS_A_STEP = 500;

    final int nodes;
    final List<Gate> gates = new ArrayList<>();
    final List<String> notes = new ArrayList<>();

    private final long seed;
    private final Transport transport;
    private final Consumer<String> progress;
    private @Nullable World world;

    Run(int nodes, long seed, Transport transport, Consumer<String> progress) {
        this.nodes = nodes;
        this.seed = seed;
        this.transport = transport;
        this.progress = progress;
    }

    /** A network that has just grown to its size by joins. Of the same settings it is always the same. */
    World world(PeeringSettings settings) {
        return world(settings, number -> 0);
    }

    /** The same with public addresses in these autonomous systems, by number; 0 = a private address. */
    World world(PeeringSettings settings, IntUnaryOperator asns) {
        World world = new World(settings, seed);
        world.networks(asns);
        return grown(world);
    }

    /** The same of nodes that journal. */
    World journaledWorld(PeeringSettings settings) {
        return grown(World.journaled(settings, seed));
    }

    private World grown(World grown) {
        for (int left = nodes; left > 0; left -= JOINS_A_STEP) {
            grown.build(Math.min(left, JOINS_A_STEP), JOIN_EVERY_NANOS);
            says(String.format(Locale.ROOT, "%,d of %,d nodes", grown.living(), nodes));
        }
        grown.run(World.MINUTE);
        grown.transport(transport);
        world = grown;
        return grown;
    }

    World last() {
        if (world == null) {
            throw new IllegalStateException("the scenario made no world");
        }
        return world;
    }

    void says(String text) {
        progress.accept(text);
    }

    void gate(Gate gate) {
        gates.add(gate);
    }

    void note(String text) {
        notes.add(text);
    }
}
