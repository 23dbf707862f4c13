package io.svcdht.client;

import java.time.Instant;
import java.util.List;

/**
 * Who provides a content id. Nobody is an answer: an empty list.
 *
 * @param providers locators, or node ids ({@code n3:…}) of nodes that have the content themselves
 * @param hops of the search
 * @param source {@code local}, {@code cache} or {@code network}
 * @param records what stands behind the providers; empty in an answer of a batch that did not ask for them
 */
public record Found(String cid, List<String> providers, int hops, String source, List<Holder> records) {
    public Found {
        providers = List.copyOf(providers);
        records = List.copyOf(records);
    }

    /**
     * One publisher's word.
     *
     * @param node as in {@link Found#providers}
     * @param publisher node id of who says so
     * @param addrs addresses that go with it
     */
    public record Holder(String node, String publisher, List<String> addrs, Instant expiresAt) {
        public Holder {
            addrs = List.copyOf(addrs);
        }
    }
}
