package io.svcdht.node.bus;

/**
 * What clients of the bridge may cost. Tests hand in smaller ones.
 *
 * @param connections open at once
 * @param frameBytes of one frame
 * @param greetingMillis from the connection to a first frame with a token
 * @param requests of one connection under way
 * @param queuedBytes that one connection has not read yet; news beyond are left out, and counted
 */
public record BridgeLimits(int connections, int frameBytes, int greetingMillis, int requests, int queuedBytes) {
    /** Those of the reference page. */
    public static final BridgeLimits STANDARD = new BridgeLimits(64, 64 << 10, 5_000, 64, 256 << 10);
}
