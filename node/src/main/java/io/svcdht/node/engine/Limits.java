package io.svcdht.node.engine;

/**
 * What the engine holds at most.
 *
 * @param maxRecords provider records in all; a refresh passes at the cap
 * @param maxProvidersPerCid records of one content id; a refresh passes at the cap
 * @param digestMarkEvents a DigestMarked after every this many events, 0 = never
 */
public record Limits(long maxRecords, int maxProvidersPerCid, int digestMarkEvents) {}
