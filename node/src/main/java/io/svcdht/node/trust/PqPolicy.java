package io.svcdht.node.trust;

import java.util.OptionalLong;

/**
 * What a node makes of post-quantum signatures (contracts §4).
 *
 * @param sign whether its own records get one
 * @param check whether those of others are looked at
 * @param requireOnMillis from when on nothing is believed without one, empty = never
 * @param ttlSecondsMax longest life time of a record that is taken
 */
public record PqPolicy(boolean sign, boolean check, OptionalLong requireOnMillis, int ttlSecondsMax) {
    /** Whether something signed classically alone is refused now. */
    public boolean requires(long nowMillis) {
        return requireOnMillis.isPresent() && nowMillis >= requireOnMillis.getAsLong();
    }
}
