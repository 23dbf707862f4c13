package io.svcdht.client;

import java.time.Instant;

/**
 * An announcement that is as durable as the node's sync policy says.
 *
 * @param position of the event in the node's journal
 */
public record Provided(String cid, long position, int ttlSeconds, Instant expiresAt) {}
