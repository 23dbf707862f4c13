package io.svcdht.node.sim;

import java.util.Locale;

/**
 * On how many nodes records lie.
 *
 * @param lost records that nobody holds
 * @param fewest holders of the record with the fewest
 * @param mean holders of a record
 */
public record Holdings(int records, int lost, int fewest, double mean) {
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%,d records, %d lost, %d…, %.1f holders on average", records, lost, fewest, mean);
    }
}
