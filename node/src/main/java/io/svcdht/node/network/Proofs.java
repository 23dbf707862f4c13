package io.svcdht.node.network;

import io.svcdht.node.NetworkMeter;
import io.svcdht.node.Node;
import io.svcdht.node.net.Transport;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.NodeRecordVerifier;
import io.svcdht.node.trust.PqCounts;
import io.svcdht.node.trust.PqPolicy;
import io.svcdht.node.trust.RecordSigner;
import io.svcdht.node.trust.RecordVerifier;
import io.svcdht.node.trust.RefusalCounts;
import io.svcdht.node.trust.RootSigner;
import io.svcdht.node.trust.RootVerifier;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** What signs this node's records and checks those of others, put together. */
final class Proofs {
    private final Words words;
    private final RootFetch fetch;

    Proofs(Vertx vertx, Node node, NodeIdentity identity, Transport transport, Executor workers, NetworkMeter meter) {
        PqCounts signed = new PqCounts();
        RefusalCounts refused = new RefusalCounts();
        meter.bind(signed, refused);
        Supplier<PqPolicy> policy = () -> Settings.signing(node.config());
        RootVerifier roots = new RootVerifier(node::roots, signed);
        Gathering gathering = identity.mlDsa87().isEmpty()
                ? null
                : new Gathering(
                        new RootSigner(identity),
                        (millis, work) -> vertx.setTimer(millis, t -> onWorker(workers, work)),
                        System::nanoTime);
        words = new Words(
                new RecordSigner(identity),
                gathering,
                new RecordVerifier(node.id(), roots, policy, signed, refused),
                roots,
                policy);
        fetch = new RootFetch(
                transport,
                roots,
                new NodeRecordVerifier(
                        node.id(), node.config().network().networkId(), PeerAddress.Scope.LOOPBACK, refused),
                workers,
                node::nowMillis);
    }

    /** A full queue is no reason to keep records waiting for ever: then it is done here. */
    private static void onWorker(Executor workers, Runnable work) {
        try {
            workers.execute(work);
        } catch (RejectedExecutionException e) {
            work.run();
        }
    }

    Words words() {
        return words;
    }

    RootFetch fetch() {
        return fetch;
    }
}
