package io.svcdht.console.view;

import io.svcdht.storage.state.Routing;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One bucket, judged as the guard against one network's dominance judges it.
 *
 * @param networks different autonomous systems, unknown ones counted as one
 * @param entropyBits of their shares
 * @param greatestPercent share of the largest
 * @param greatestAsn its number, 0 = unknown
 * @param judged whether there are enough contacts for the guard
 */
record BucketFacts(
        int bucket,
        List<Routing.Known> contacts,
        int verified,
        int networks,
        double entropyBits,
        int greatestPercent,
        long greatestAsn,
        boolean judged) {
    /** Contacts from which on the guard judges a bucket (contracts §4). */
    private static final int JUDGED_FROM = 8;

    private static final double ENTROPY_MIN = 1.5;
    private static final int PERCENT_MAX = 40;

    static BucketFacts of(int bucket, List<Routing.Known> contacts) {
        Map<Long, Integer> shares = new HashMap<>();
        int verified = 0;
        for (Routing.Known k : contacts) {
            shares.merge(k.contact().asn(), 1, Integer::sum);
            verified += k.verified() ? 1 : 0;
        }
        double bits = 0;
        int greatest = 0;
        long asn = 0;
        for (Map.Entry<Long, Integer> e : shares.entrySet()) {
            double p = (double) e.getValue() / contacts.size();
            bits -= p * Math.log(p) / Math.log(2);
            if (e.getValue() > greatest) {
                greatest = e.getValue();
                asn = e.getKey();
            }
        }
        return new BucketFacts(
                bucket,
                contacts,
                verified,
                shares.size(),
                Math.abs(bits),
                contacts.isEmpty() ? 0 : Math.round(100f * greatest / contacts.size()),
                asn,
                contacts.size() >= JUDGED_FROM);
    }

    /** Whether the guard would object; networks nobody knows the number of are not judged. */
    boolean underGuard() {
        boolean known = networks > 1 || greatestAsn != 0;
        return judged && known && (entropyBits < ENTROPY_MIN || greatestPercent > PERCENT_MAX);
    }

    String note() {
        if (contacts.isEmpty()) {
            return "";
        }
        if (!judged) {
            return "too few to judge";
        }
        if (!underGuard()) {
            return "";
        }
        return "%s holds %d %%".formatted(greatestAsn == 0 ? "one network" : "AS" + greatestAsn, greatestPercent);
    }

    String entropy() {
        return String.format(Locale.ROOT, "%.2f", entropyBits);
    }
}
