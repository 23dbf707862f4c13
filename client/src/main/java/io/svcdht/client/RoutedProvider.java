package io.svcdht.client;

import java.util.List;

/**
 * A provider as Delegated Routing V1 tells it.
 *
 * @param schema {@code peer}, or {@code svc-dht-locator} for a place that is no peer of libp2p
 * @param id peer id, or the locator's text
 * @param addrs multiaddrs
 * @param protocols transfer protocols that are known
 */
public record RoutedProvider(String schema, String id, List<String> addrs, List<String> protocols) {
    public RoutedProvider {
        addrs = List.copyOf(addrs);
        protocols = List.copyOf(protocols);
    }
}
