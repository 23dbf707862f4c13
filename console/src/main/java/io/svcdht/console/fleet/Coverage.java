package io.svcdht.console.fleet;

import io.svcdht.node.History;
import io.svcdht.storage.checkpoint.CheckpointDamaged;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Moments;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.ProviderView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The key space at a moment: where nodes are that had not stopped, how many content ids each part of it has, and how many nodes hold each.
 * Where there are more than can be looked at, each part is looked into from its beginning, and what is said of it is of
 * that sample.
 *
 * @param wanted holders a record should have
 * @param complete whether every content id was looked at
 * @param seen content ids that were looked at
 * @param regions {@value #REGIONS} parts of the same size, from 0000… on
 * @param scarce content ids with fewer holders than wanted, fewest first
 * @param loads each node's share
 * @param unknown nodes whose states are not known
 */
public record Coverage(
        long atMillis,
        int wanted,
        boolean complete,
        long seen,
        List<Region> regions,
        List<Scarce> scarce,
        List<Load> loads,
        List<String> unknown) {
    /** Parts of the key space. */
    public static final int REGIONS = 64;

    private static final int REGION_BITS = 6;
    private static final int KEYS_IN_ALL = 400_000;
    private static final int SCARCE_MAX = 100;

    public Coverage {
        regions = List.copyOf(regions);
        scarce = List.copyOf(scarce);
        loads = List.copyOf(loads);
        unknown = List.copyOf(unknown);
    }

    /**
     * A part of the key space.
     *
     * @param nodes that have their place in it
     * @param seen content ids looked at
     * @param density content ids in all of it, estimated where not all were looked at
     * @param holders of those looked at, all together
     * @param under of those looked at with fewer holders than wanted
     */
    public record Region(int index, int nodes, int seen, double density, long holders, int under) {
        public double replicas() {
            return seen == 0 ? 0 : (double) holders / seen;
        }
    }

    /** @param missing the nearest nodes of the fleet that do not hold it, at most three */
    public record Scarce(String cid, int holders, List<String> missing) {
        public Scarce {
            missing = List.copyOf(missing);
        }
    }

    /** @param ofMean how many times the mean of all nodes it holds */
    public record Load(String node, String label, String place, long records, double ofMean) {}

    /** What one node holds: of each region the first keys, and whether there are more. */
    private record Held(FleetNode node, boolean answers, long records, List<List<Key>> keys, boolean[] more) {}

    /** @param wanted holders a record should have */
    public static Coverage of(FleetStore store, long atMillis, boolean past, int wanted) {
        List<FleetNode> nodes = store.nodes();
        int each = Math.clamp(KEYS_IN_ALL / (REGIONS * Math.max(1, nodes.size())), 8, 8192);
        List<Held> held = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (FleetNode node : nodes) {
            Held of = held(node, atMillis, past, each);
            if (of == null) {
                unknown.add(node.label());
            } else if (of.answers()) {
                held.add(of);
            }
        }
        return new Weighing(held, wanted).coverage(atMillis, unknown);
    }

    private static @Nullable Held held(FleetNode node, long atMillis, boolean past, int each) {
        long position = past ? node.log().lastAtOrBefore(atMillis) : node.log().lastPosition();
        if (!node.hasStates() || position < node.log().firstPosition() - 1) {
            return null;
        }
        try {
            return node.history().at(position, (view, budget) -> {
                ProviderView records = view.state().providers();
                List<List<Key>> keys = new ArrayList<>();
                boolean[] more = new boolean[REGIONS];
                for (int r = 0; r < REGIONS; r++) {
                    budget.check();
                    keys.add(keys(records, r, each, atMillis, more));
                }
                return new Held(node, !stopped(node, position), records.records(), keys, more);
            });
        } catch (History.TooMuch | JournalTruncated | JournalDamaged | CheckpointDamaged e) {
            return null;
        }
    }

    /** What a node that ended holds is of no use to anybody. */
    private static boolean stopped(FleetNode node, long position) {
        return position >= node.log().firstPosition()
                && Moments.entryAt(node.log(), position).event() instanceof DhtEvent.NodeStopped;
    }

    private static List<Key> keys(ProviderView records, int region, int each, long atMillis, boolean[] more) {
        long first = (long) region << (64 - REGION_BITS);
        Key before = region == 0 ? null : new Key(first - 1, -1, -1, -1);
        List<Holders> page = records.page(before, each);
        List<Key> keys = new ArrayList<>();
        for (Holders h : page) {
            if (regionOf(h.key()) != region) {
                return keys;
            }
            if (!h.aliveAt(atMillis).isEmpty()) {
                keys.add(h.key());
            }
        }
        more[region] = page.size() == each;
        return keys;
    }

    static int regionOf(Key key) {
        return (int) (key.w0() >>> (64 - REGION_BITS));
    }

    /** Puts together what the nodes hold. */
    private static final class Weighing {
        private final List<Held> held;
        private final int wanted;
        private final List<Region> regions = new ArrayList<>();
        private final List<Scarce> scarce = new ArrayList<>();
        private boolean complete = true;
        private long seen;

        Weighing(List<Held> held, int wanted) {
            this.held = held;
            this.wanted = wanted;
        }

        Coverage coverage(long atMillis, List<String> unknown) {
            for (int r = 0; r < REGIONS; r++) {
                regions.add(region(r));
            }
            scarce.sort(Comparator.comparingInt(Scarce::holders).thenComparing(Scarce::cid));
            double mean = held.stream().mapToLong(Held::records).average().orElse(0);
            List<Load> loads = held.stream()
                    .map(h -> new Load(
                            h.node().id().text(),
                            h.node().label(),
                            h.node().id().key().hex(),
                            h.records(),
                            mean == 0 ? 0 : h.records() / mean))
                    .toList();
            return new Coverage(
                    atMillis,
                    wanted,
                    complete,
                    seen,
                    regions,
                    scarce.subList(0, Math.min(SCARCE_MAX, scarce.size())),
                    loads,
                    unknown);
        }

        private Region region(int r) {
            // A node that was not looked at to the end of the region says nothing of what is behind.
            Key cut = null;
            for (Held h : held) {
                if (h.more()[r] && !h.keys().get(r).isEmpty()) {
                    Key last = h.keys().get(r).getLast();
                    cut = cut == null || last.compareTo(cut) < 0 ? last : cut;
                }
            }
            TreeMap<Key, boolean[]> holders = new TreeMap<>();
            for (int n = 0; n < held.size(); n++) {
                for (Key key : held.get(n).keys().get(r)) {
                    if (cut == null || key.compareTo(cut) <= 0) {
                        holders.computeIfAbsent(key, k -> new boolean[held.size()])[n] = true;
                    }
                }
            }
            complete &= cut == null;
            seen += holders.size();
            long all = 0;
            int under = 0;
            for (var e : holders.entrySet()) {
                int count = count(e.getValue());
                all += count;
                if (count < Math.min(wanted, held.size())) {
                    under++;
                    scarce.add(new Scarce(ContentId.canonical(e.getKey()), count, missing(e.getKey(), e.getValue())));
                }
            }
            int inside = (int) held.stream()
                    .filter(h -> regionOf(h.node().id().key()) == r)
                    .count();
            // How far into the region the cut lies.
            double part = cut == null ? 1 : Math.max(1e-6, ((cut.w0() << REGION_BITS) >>> 11) / (double) (1L << 53));
            return new Region(r, inside, holders.size(), holders.size() / part, all, under);
        }

        private static int count(boolean[] which) {
            int n = 0;
            for (boolean b : which) {
                n += b ? 1 : 0;
            }
            return n;
        }

        private List<String> missing(Key key, boolean[] has) {
            Integer[] near = new Integer[held.size()];
            Arrays.setAll(near, i -> i);
            Arrays.sort(
                    near,
                    Comparator.comparing(i -> distance(held.get(i).node().id().key(), key)));
            return Arrays.stream(near)
                    .limit(Math.min(wanted, near.length))
                    .filter(i -> !has[i])
                    .limit(3)
                    .map(i -> held.get(i).node().label())
                    .toList();
        }

        private static Key distance(Key a, Key b) {
            return new Key(a.w0() ^ b.w0(), a.w1() ^ b.w1(), a.w2() ^ b.w2(), a.w3() ^ b.w3());
        }
    }
}
