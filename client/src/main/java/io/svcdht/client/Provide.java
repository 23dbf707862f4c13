package io.svcdht.client;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is to be announced. To announce the same again renews it, so a call may be repeated.
 *
 * @param cid {@code b3:} and 64 hex digits, a CID, or a short id where the node takes those
 * @param locator where the content is; empty = at the node itself
 * @param addrs addresses that go with it
 * @param ttlSeconds how long it holds; empty = as the node is set
 */
public record Provide(String cid, Optional<String> locator, List<String> addrs, OptionalInt ttlSeconds) {
    public Provide {
        addrs = List.copyOf(addrs);
    }

    /** At the node itself. */
    public static Provide of(String cid) {
        return new Provide(cid, Optional.empty(), List.of(), OptionalInt.empty());
    }

    public Provide at(String place) {
        return new Provide(cid, Optional.of(place), addrs, ttlSeconds);
    }

    public Provide reachedAt(String... addresses) {
        return new Provide(cid, locator, List.of(addresses), ttlSeconds);
    }

    public Provide forSeconds(int ttl) {
        return new Provide(cid, locator, addrs, OptionalInt.of(ttl));
    }
}
