package io.svcdht.node.kad;

import io.svcdht.storage.model.Key;
import java.util.List;

/**
 * Whether ids near a key stand closer than luck would put them. Ids are hashes, so honest ones are spread evenly: how far
 * the m-th closest node is from a key says how many nodes there are. Whoever makes keys until their ids fall beside a
 * target moves the closest ones nearer than the rest of the network says they should be.
 *
 * <p>Where ids are spread evenly, the distance {@code d} to the m-th closest is a sum of m gaps, and {@code D}, the sum of
 * such distances at other places, one of K gaps. {@code d / (d + D)} then has the Beta distribution with parameters m and
 * K: the chance of a value below x is that of m or more hits in m + K - 1 throws of x each.
 */
public final class Crowding {
    /** How unlikely it must be: by luck once in some hundred million lookups. */
    private static final double LUCK_MIN = 1e-10;
    /** Fewer close ids than this are not judged: one or two are anywhere. */
    private static final int FEWEST = 4;
    /** Late places the density is known from. */
    private static final int PLACES = 15;
    /** Gaps before which nothing is judged. */
    private static final int GAPS_MIN = 12;
    /** The whole key space, as a distance. */
    private static final double SPACE = 0x1p64;

    /** Distances to the last of the closest, as shares of the key space, and how many closest there were. */
    private final double[] spans = new double[PLACES];

    private final int[] gaps = new int[PLACES];
    private int known;

    /**
     * What a place looks like.
     *
     * @param nodesHere how many nodes there would be were all of the network as dense; 0 = not enough was seen
     * @param nodes how many there are by other places; 0 = not enough was seen
     * @param crowded whether luck cannot explain the difference
     */
    public record Place(long nodesHere, long nodes, boolean crowded) {
        public static final Place UNKNOWN = new Place(0, 0, false);
    }

    /**
     * Judges a place by late ones, and remembers it if it is like them. A network that has grown since makes places look
     * crowded that are not: whoever suspects one looks at others anew, and has them remembered.
     *
     * @param closest of the target, closest first, all of whom proved their ids
     * @param all whether these are the closest there are, as far as one can find out
     */
    public Place look(Key target, List<Peer> closest, boolean all) {
        Place place = against(target, closest);
        if (all && !place.crowded()) {
            remember(target, closest);
        }
        return place;
    }

    /** Takes the place for a measure of others. */
    public void remember(Key target, List<Peer> closest) {
        if (closest.size() >= FEWEST) {
            int at = known++ % PLACES;
            gaps[at] = closest.size();
            spans[at] = span(target, closest.getLast());
        }
    }

    /** Judges a place by those that were looked at. */
    public Place against(Key target, List<Peer> closest) {
        int gapsElsewhere = 0;
        double elsewhere = 0;
        for (int i = 0; i < PLACES; i++) {
            gapsElsewhere += gaps[i];
            elsewhere += spans[i];
        }
        if (gapsElsewhere < GAPS_MIN || closest.size() < FEWEST) {
            return Place.UNKNOWN;
        }
        long nodes = Math.round(gapsElsewhere / elsewhere);
        double densest = 0;
        for (int m = FEWEST; m <= closest.size(); m++) {
            double span = span(target, closest.get(m - 1));
            densest = m / span;
            if (luck(m, gapsElsewhere, span / (span + elsewhere)) < LUCK_MIN) {
                return new Place(Math.round(densest), nodes, true);
            }
        }
        return new Place(Math.round(densest), nodes, false);
    }

    /** Share of the key space that is no farther from the key than the peer is. */
    static double span(Key target, Peer peer) {
        long w = target.w0() ^ peer.key().w0();
        return ((w >>> 1) * 2.0 + 1) / SPACE;
    }

    /** Chance of m or more hits in m + k - 1 throws with a chance of x each. */
    static double luck(int m, int k, double x) {
        int all = m + k - 1;
        double term = Math.pow(x, m) * Math.pow(1 - x, k - 1.0);
        for (int i = 1; i <= m; i++) {
            term *= (double) (all - m + i) / i;
        }
        double sum = 0;
        for (int hits = m; hits <= all && term > sum * 1e-12; hits++) {
            sum += term;
            term *= (double) (all - hits) / (hits + 1) * x / (1 - x);
        }
        return sum;
    }
}
