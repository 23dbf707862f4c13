package io.svcdht.node.http;

import static io.svcdht.node.http.Route.Parameter.path;
import static io.svcdht.node.http.Route.Parameter.query;

import io.svcdht.node.Network;
import io.svcdht.node.config.Role;
import io.svcdht.node.http.Route.Answer;
import io.svcdht.node.http.Route.Parameter;
import io.svcdht.node.kad.Peer;
import io.svcdht.node.multiaddr.PeerId;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Cid;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.trace.LookupRecord.Asker;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What clients of IPFS ask a router for (Delegated Routing V1 with IPIP-0417, 0476, 0484 and 0513): who provides a CID,
 * where a peer is, who is closest to a key.
 */
final class DelegatedRoutes {
    /** Below this pages of any site may ask, see {@link RoutingAnswer#allowAnyOrigin}. */
    static final String PREFIX = "/routing/v1/";

    static final String PROVIDERS_PREFIX = PREFIX + "providers/";

    private static final int JSON_MAX = 100;
    private static final int LINES_MAX = 1000;
    private static final int CLOSEST_MAX = 20;
    /** More holders than these are looked at by a worker. */
    private static final int AT_ONCE_MAX = 128;

    private DelegatedRoutes() {}

    static void addTo(List<Route> routes) {
        routes.add(route(
                PROVIDERS_PREFIX + "{cid}",
                "delegated_providers",
                "Who provides a CID, for clients of IPFS (Delegated Routing V1)",
                path("cid", "a CID in any base, or b3: and 64 hex digits"),
                true,
                "RoutedProviders",
                DelegatedRoutes::providers));
        routes.add(route(
                PREFIX + "peers/{peer_id}",
                "delegated_peers",
                "Where a peer is, for clients of IPFS (Delegated Routing V1)",
                path("peer_id", "a peer id in base58btc, or as a CID with the codec libp2p-key"),
                true,
                "RoutedPeers",
                DelegatedRoutes::peers));
        routes.add(route(
                PREFIX + "dht/closest/peers/{key}",
                "delegated_closest_peers",
                "Which nodes are closest to a key, for clients of IPFS (Delegated Routing V1)",
                path("key", "a CID or a peer id"),
                false,
                "RoutedPeers",
                DelegatedRoutes::closest));
    }

    private static Route route(
            String path,
            String id,
            String summary,
            Parameter variable,
            boolean filters,
            String schema,
            Consumer<Exchange> handler) {
        List<Parameter> parameters = new ArrayList<>(List.of(variable));
        if (filters) {
            parameters.add(query(
                    "filter-addrs",
                    "only addresses with these protocols, without those after !; unknown = also peers without addresses",
                    Routes.STRING));
            parameters.add(query(
                    "filter-protocols",
                    "only peers with these transfer protocols, without those after !; unknown = also peers without any",
                    Routes.STRING));
        }
        return new Route(
                HttpMethod.GET,
                path,
                Role.VIEWER,
                id,
                summary,
                parameters,
                null,
                List.of(
                        Answer.json(schema, "nobody found is an empty list; needs no role with public_routing"),
                        new Answer(
                                200,
                                Route.NDJSON,
                                "RoutedRecord",
                                "with Accept: application/x-ndjson, a record a line; an answer that breaks off failed")),
                handler);
    }

    /** {@code GET /routing/v1/providers/{cid}}: what this node holds, else what others do. */
    static void providers(Exchange x) {
        Accepted as = Accepted.of(x.request());
        PeerFilter filter = x.request().query() == null ? PeerFilter.NONE : PeerFilter.of(x.query());
        ContentId cid = cid(x.pathParameter());
        FindRoutes.checkAllowed(x, cid);
        if (x.node().providers().holders(cid.key()) > AT_ONCE_MAX) {
            x.blocking(() -> local(x, cid, filter, as), local -> answer(x, cid, filter, as, local));
        } else {
            answer(x, cid, filter, as, local(x, cid, filter, as));
        }
    }

    /**
     * What this node holds.
     *
     * @param any whether there is anybody, wanted or not
     * @param many those who are told one by one, null = all at once
     */
    private record Local(
            boolean any,
            List<RoutingRecord> shown,
            @Nullable ShownProviders many) {}

    private static Local local(Exchange x, ContentId cid, PeerFilter filter, Accepted as) {
        List<ProviderRecord> alive =
                x.node().providers().holdersOf(cid.key()).aliveAt(x.node().nowMillis());
        ShownProviders shown = shown(x, alive, filter, as);
        // With at least one, for what caches are told.
        return as == Accepted.LINES && alive.size() > AT_ONCE_MAX && shown.hasNext()
                ? new Local(true, List.of(), shown)
                : new Local(!alive.isEmpty(), shown.toList(), null);
    }

    private static void answer(Exchange x, ContentId cid, PeerFilter filter, Accepted as, Local local) {
        Network network = local.any() ? null : x.node().network().orElse(null);
        if (network != null && network.standing().contacts() > 0) {
            search(x, network, cid, filter, as);
            return;
        }
        ShownProviders many = local.many();
        if (many == null) {
            RoutingAnswer.send(x, "Providers", as, local.shown());
        } else {
            RoutingAnswer.stream(x, many);
        }
        x.loop().metrics().lookedUp(x.elapsedNanos(), FindAnswer.LOCAL_HOPS);
    }

    /** @throws ApiError if it is none, or has its content in the place of a hash, which nobody has to provide */
    private static ContentId cid(String text) {
        ContentId cid;
        try {
            cid = ContentId.parse(text, false);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("this is no CID: give a CIDv0, a CIDv1 in any base, or b3: and 64 hex digits");
        }
        if (!cid.isCanonical() && Cid.parse(cid.text()).filter(Cid::isIdentity).isPresent()) {
            throw ApiError.badRequest("this CID holds its content itself (an identity hash); nobody has to provide it");
        }
        return cid;
    }

    private static void search(Exchange x, Network network, ContentId cid, PeerFilter filter, Accepted as) {
        NetworkRoutes.then(x, network.find(wanted(x, cid.key())), found -> {
            if (found.origin() == Network.Origin.NETWORK) {
                x.loop().metrics().searched(x.elapsedNanos());
            }
            switch (found.result().outcome()) {
                case FOUND, NOT_FOUND, CONVERGED, NO_PEERS -> {
                    RoutingAnswer.send(
                            x,
                            "Providers",
                            as,
                            shown(x, found.result().records(), filter, as).toList());
                    x.loop().metrics().lookedUp(x.elapsedNanos(), found.result().hops());
                }
                case DEADLINE, HOP_BUDGET -> x.fail(NetworkRoutes.unknown(found.result()));
            }
        });
    }

    private static Network.Wanted wanted(Exchange x, Key key) {
        UUID id = x.loop().lookupId();
        x.lookup(id.toString());
        return new Network.Wanted(key, x.pathParameter(), id, OptionalInt.empty(), OptionalInt.empty())
                .by(Asker.DELEGATED_ROUTING)
                .within(x.traceContext());
    }

    private static ShownProviders shown(Exchange x, List<ProviderRecord> records, PeerFilter filter, Accepted as) {
        int max = as == Accepted.LINES ? LINES_MAX : JSON_MAX;
        return new ShownProviders(x.loop().routingRecords(), records, filter, max);
    }

    /** {@code GET /routing/v1/peers/{peer_id}}: this node and those it knows. */
    static void peers(Exchange x) {
        Accepted as = Accepted.of(x.request());
        PeerFilter filter = PeerFilter.of(x.query());
        PeerId peer = PeerId.parse(x.pathParameter().strip())
                .orElseThrow(() -> ApiError.badRequest(
                        "this is no peer id: give a multihash in base58btc, or a CIDv1 with the codec libp2p-key"));
        List<RoutingRecord> shown = new ArrayList<>();
        x.loop().routingRecords().of(peer).forEach(r -> filter.apply(r).ifPresent(shown::add));
        RoutingAnswer.send(x, "Peers", as, shown);
    }

    /** {@code GET /routing/v1/dht/closest/peers/{key}}: the closest nodes that answered, closest first. */
    static void closest(Exchange x) {
        Accepted as = Accepted.of(x.request());
        Key key = place(x, x.pathParameter().strip());
        Network network = x.node().network().orElse(null);
        if (network == null || network.standing().contacts() == 0) {
            RoutingAnswer.send(x, "Peers", as, List.of());
            return;
        }
        NetworkRoutes.then(x, network.locate(wanted(x, key)), found -> {
            switch (found.result().outcome()) {
                case DEADLINE, HOP_BUDGET -> x.fail(NetworkRoutes.unknown(found.result()));
                case CONVERGED, NO_PEERS, FOUND, NOT_FOUND ->
                    RoutingAnswer.send(
                            x,
                            "Peers",
                            as,
                            found.result().closest().stream()
                                    .limit(CLOSEST_MAX)
                                    .map(Peer::contact)
                                    .<RoutingRecord>map(
                                            c -> x.loop().routingRecords().of(c))
                                    .toList());
            }
        });
    }

    /** Where a key stands: a node's place where it is the id of one this node knows, else that of a content id. */
    private static Key place(Exchange x, String text) {
        PeerId peer = PeerId.parse(text).orElse(null);
        if (peer != null) {
            return x.loop().routingRecords().placeOf(peer).orElseGet(() -> Key.of(Blake3.hash(peer.multihash())));
        }
        try {
            return ContentId.parse(text, false).key();
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("this is neither a CID nor a peer id");
        }
    }
}
