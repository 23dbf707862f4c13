package io.svcdht.node.sim;

/**
 * Whom nodes know across a split.
 *
 * @param contacts members of all tables
 * @param across share of them that was on the other side, 0 … 1
 */
public record Reach(long contacts, double across) {}
