package io.svcdht.node.sim;

import io.svcdht.node.kad.BucketMix;
import io.svcdht.node.kad.Distance;
import io.svcdht.node.peering.Request;
import io.svcdht.node.peering.Response;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** Who works against a world, how, and what of it the others notice. */
public final class Attackers {
    private final World world;
    private final SplitMix luck;
    private final int k;
    private final Colluders colluders = new Colluders();
    /** Keys somebody seems to close in on, as nodes noticed. */
    private final Set<Key> crowded = new HashSet<>();

    /**
     * None yet.
     *
     * @param luck the world's own
     * @param k contacts in a full bucket
     */
    Attackers(World world, SplitMix luck, int k) {
        this.world = world;
        this.luck = luck;
        this.k = k;
    }

    private void lies(SimNode node) {
        node.colludes = true;
        colluders.add(node);
    }

    /** This share of all nodes lies from now on, all together; {@code forging} = also about ids. */
    public void collude(double share, boolean forging) {
        for (SimNode node : world.all()) {
            if (luck.unit() < share) {
                lies(node);
            }
        }
        colluders.forge(forging);
    }

    /** All nodes of these autonomous systems lie from now on, all together. */
    void collude(IntPredicate asn) {
        for (SimNode node : world.all()) {
            if (asn.test((int) node.peer.asn())) {
                lies(node);
            }
        }
    }

    /** So many nodes join whose ids share the first bits with the key, and lie together. */
    void closeIn(Key key, int count, int bits) {
        for (int i = 0; i < count; i++) {
            Key tail = luck.key();
            long first = key.w0() & -1L << Long.SIZE - bits | tail.w0() >>> bits;
            lies(world.join(new NodeId(new Key(first, tail.w1(), tail.w2(), tail.w3()))));
        }
    }

    /** What one of them says where honest nodes would say {@code honest}. */
    Response answer(Request request, Response honest) {
        return colluders.answer(request, honest);
    }

    /** A node believes that somebody closes in on the key. */
    void noticed(Key key) {
        crowded.add(key);
    }

    /** On how many of these keys somebody closes in, as nodes noticed. */
    int noticedOf(List<Key> keys) {
        return (int) keys.stream().filter(crowded::contains).count();
    }

    /** On how many keys that share fewer bits with each of these. */
    int noticedElsewhere(List<Key> keys, int bits) {
        return (int) crowded.stream()
                .filter(c -> keys.stream().allMatch(k -> Distance.commonPrefix(c, k) < bits))
                .count();
    }

    /** How mixed the full buckets of honest nodes are. */
    List<BucketMix> fullBuckets() {
        List<BucketMix> full = new ArrayList<>();
        for (SimNode node : world.all()) {
            for (BucketMix mix : node.peering.table().mixes()) {
                if (!node.colludes && mix.size() >= k) {
                    full.add(mix);
                }
            }
        }
        return full;
    }
}
