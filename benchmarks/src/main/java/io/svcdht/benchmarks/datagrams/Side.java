package io.svcdht.benchmarks.datagrams;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.net.AddressPolicy;
import io.svcdht.node.net.CloseReason;
import io.svcdht.node.net.DatagramEvent;
import io.svcdht.node.net.DatagramTransport;
import io.svcdht.node.net.KeyExchange;
import io.svcdht.node.net.NetLimits;
import io.svcdht.node.net.NetMeter;
import io.svcdht.node.net.PeerHandler;
import io.svcdht.node.net.PeerIdentity;
import io.svcdht.node.net.Reply;
import io.svcdht.node.net.StreamTransport;
import io.svcdht.node.net.Transport;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/** All transports of one side on one event loop, so that what they cost is what its thread used. */
final class Side {
    private static final int RATE = 10_000_000;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int CONTACTS = 20;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Vertx vertx;
    private final Context context;
    private final long thread;
    private final AtomicLongArray events = new AtomicLongArray(DatagramEvent.values().length);
    private final List<Transport> started = new ArrayList<>();

    Side(Vertx vertx) {
        this.vertx = vertx;
        context = ((VertxInternal) vertx).createEventLoopContext();
        CompletableFuture<Long> id = new CompletableFuture<>();
        context.runOnContext(v -> id.complete(Thread.currentThread().threadId()));
        thread = id.join();
    }

    /** One node of it. */
    record Member(Transport transport, NodeKeys keys) {
        Contact contact() {
            return new Contact(keys, List.of(transport.listens().orElseThrow()), 0);
        }

        CompletableFuture<Reply> ask(Contact peer, Request request) {
            return transport.ask(peer, request, PATIENCE_MILLIS);
        }
    }

    /** @param datagrams whether it talks in datagrams, or over streams alone */
    Member member(InetSocketAddress bind, boolean datagrams) {
        NodeIdentity identity = NodeIdentity.ephemeralClassical();
        StreamTransport.Options options = new StreamTransport.Options(
                PeerIdentity.of(identity),
                "svc-dht",
                "bench",
                bind,
                AddressPolicy.LOOPBACK,
                false,
                true,
                NetLimits.STANDARD
                        .withRates(RATE, RATE, RATE)
                        .withBytes(new NetLimits.Bytes(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE))
                        .withInflight(RATE, RATE)
                        .withPatience(PATIENCE_MILLIS, 60_000, PATIENCE_MILLIS),
                new Counting(),
                () -> DenyList.NOTHING);
        CompletionStage<? extends Transport> starting = datagrams
                ? DatagramTransport.start(vertx, context, options, new Twenty()).toCompletionStage()
                : StreamTransport.start(vertx, context, options, new Twenty()).toCompletionStage();
        Transport transport =
                starting.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        started.add(transport);
        return new Member(transport, identity.keys());
    }

    /** What its thread has used, microseconds. */
    long cpuMicros() {
        return THREADS.getThreadCpuTime(thread) / 1_000;
    }

    long userMicros() {
        return THREADS.getThreadUserTime(thread) / 1_000;
    }

    long count(DatagramEvent what) {
        return events.get(what.ordinal());
    }

    void close() {
        started.forEach(t -> t.close().join());
        started.clear();
    }

    static Request.Head head() {
        return new Request.Head(System.currentTimeMillis(), 1, PATIENCE_MILLIS, Request.Head.NO_LOOKUP);
    }

    /** Answers with twenty contacts, as a node of a large network does; what does not fit a datagram is left out. */
    private static final class Twenty implements PeerHandler {
        private final List<Contact> contacts = new ArrayList<>();

        Twenty() {
            for (int i = 0; i < CONTACTS; i++) {
                contacts.add(new Contact(
                        NodeKeys.of(new Key(i, 1, 2, 3), new Key(i, 4, 5, 6)),
                        List.of(PeerAddress.parse("192.0.2.%d:5302".formatted(i + 1))),
                        0));
            }
        }

        @Override
        public CompletionStage<? extends Response> answer(Caller caller, Request request) {
            return CompletableFuture.completedStage(
                    switch (request) {
                        case Request.Ping p -> new Response.Pong(1);
                        case Request.FindNode f -> new Response.Nodes(contacts);
                        case Request.FindValue f -> new Response.Found(List.of(), Map.of(), contacts);
                        case Request.Provide p -> busy(p);
                        case Request.NodeRecord r -> busy(r);
                        case Request.GetRoot g -> busy(g);
                    });
        }

        private static Response busy(Request request) {
            return new Response.Refused(request.opcode(), WireCode.Busy, "a load driver keeps nothing");
        }

        @Override
        public void reachable(NodeKeys keys, PeerAddress at) {
            // It has no routing table.
        }
    }

    private final class Counting implements NetMeter {
        @Override
        public void datagram(DatagramEvent what) {
            events.incrementAndGet(what.ordinal());
        }

        @Override
        public void asked(Opcode op, String code) {}

        @Override
        public void served(Opcode op, String code) {}

        @Override
        public void inflight(Opcode op, int more) {}

        @Override
        public void handshakeFailed() {}

        @Override
        public void agreed(KeyExchange how) {}

        @Override
        public void rejected(ErrorCode why) {}

        @Override
        public void opened() {}

        @Override
        public void closed(CloseReason why) {}
    }
}
