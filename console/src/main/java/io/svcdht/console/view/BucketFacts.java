package io.svcdht.console.view;

import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.kad.TableRules;
import io.svcdht.storage.state.Routing;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One bucket, judged as the guard against one network's dominance judges it.
 *
 * @param networks different autonomous systems, blocks of addresses where they are not known; those nobody judges are one
 * @param entropyBits of their shares
 * @param greatestPercent share of the largest
 * @param greatestAsn its number, 0 = unknown, below zero = a block of addresses
 * @param judged whether there are enough contacts for the guard
 * @param poor whether it is less mixed than the settings ask for
 */
record BucketFacts(
        int bucket,
        List<Routing.Known> contacts,
        int verified,
        int networks,
        double entropyBits,
        int greatestPercent,
        long greatestAsn,
        boolean judged,
        boolean poor) {
    /** @param care what the guard asks of a bucket */
    static BucketFacts of(int bucket, List<Routing.Known> contacts, NetworkConfig.Care care) {
        Map<Long, Integer> shares = new HashMap<>();
        int verified = 0;
        for (Routing.Known k : contacts) {
            shares.merge(Peer.of(k.contact()).owner(), 1, Integer::sum);
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
        int percent = contacts.isEmpty() ? 0 : Math.round(100f * greatest / contacts.size());
        return new BucketFacts(
                bucket,
                contacts,
                verified,
                shares.size(),
                Math.abs(bits),
                percent,
                asn,
                contacts.size() >= TableRules.ASN_JUDGED_FROM,
                Math.abs(bits) < care.asnEntropyMin() || percent > care.asnPercentMax());
    }

    /** Whether the guard would object; networks nobody knows the number of are not judged. */
    boolean underGuard() {
        boolean known = networks > 1 || greatestAsn != 0;
        return judged && known && poor;
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
        return "%s holds %d %%".formatted(greatestAsn <= 0 ? "one network" : "AS" + greatestAsn, greatestPercent);
    }

    String entropy() {
        return String.format(Locale.ROOT, "%.2f", entropyBits);
    }
}
