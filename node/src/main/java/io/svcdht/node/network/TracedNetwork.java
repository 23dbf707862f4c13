package io.svcdht.node.network;

import io.svcdht.node.Discovery;
import io.svcdht.node.Network;
import io.svcdht.node.Tracing;
import io.svcdht.node.kad.Sighting;
import io.svcdht.node.lookup.LookupResult;
import io.svcdht.node.net.Ways;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A network whose lookups are spans, within what asks for them. */
record TracedNetwork(Network network, Tracing tracing) implements Network {
    @Override
    public CompletionStage<Found> find(Wanted wanted) {
        return traced("find", wanted, network::find);
    }

    @Override
    public CompletionStage<Found> locate(Wanted wanted) {
        return traced("find_node", wanted, network::locate);
    }

    private CompletionStage<Found> traced(String name, Wanted wanted, Function<Wanted, CompletionStage<Found>> search) {
        Tracing.Span span = tracing.begin(Tracing.Kind.INTERNAL, name, wanted.trace())
                .note("dht.lookup_id", wanted.lookupId().toString())
                .note("dht.target", wanted.text());
        return search.apply(wanted.within(span.context())).whenComplete((found, e) -> {
            if (e == null) {
                LookupResult r = found.result();
                span.note("dht.outcome", r.outcome().name().toLowerCase(Locale.ROOT))
                        .note("dht.origin", found.origin().name().toLowerCase(Locale.ROOT))
                        .note("dht.hops", r.hops())
                        .note("dht.messages", r.messages());
            }
            span.end(e != null);
        });
    }

    @Override
    public CompletionStage<Replicas> replicas(long position, OptionalInt deadlineMillis) {
        return network.replicas(position, deadlineMillis);
    }

    @Override
    public Optional<Handed> handed(Key key, String locator) {
        return network.handed(key, locator);
    }

    @Override
    public CompletionStage<List<Sighting>> contacts() {
        return network.contacts();
    }

    @Override
    public List<String> features() {
        return network.features();
    }

    @Override
    public CompletionStage<Ways> ways(Collection<NodeId> peers, int others) {
        return network.ways(peers, others);
    }

    @Override
    public CompletionStage<Integer> refresh(int bucket) {
        return network.refresh(bucket);
    }

    @Override
    public CompletionStage<Pinged> ping(NodeId contact) {
        return network.ping(contact);
    }

    @Override
    public Optional<PeerAddress> listens() {
        return network.listens();
    }

    @Override
    public Discovery discovery() {
        return network.discovery();
    }

    @Override
    public Standing standing() {
        return network.standing();
    }
}
