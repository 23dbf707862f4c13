package io.svcdht.node.network;

import io.svcdht.node.Discovery;
import io.svcdht.node.Node;
import io.svcdht.node.config.DiscoveryConfig;
import io.svcdht.node.discovery.Discv5;
import io.svcdht.node.discovery.FoundRecord;
import io.svcdht.node.discovery.Octets;
import io.svcdht.node.discovery.OurEntries;
import io.svcdht.node.discovery.RecordJudge;
import io.svcdht.node.discovery.RecordJudge.Verdict;
import io.svcdht.node.engine.Input;
import io.svcdht.node.net.Dialled;
import io.svcdht.node.net.Failure;
import io.svcdht.node.net.Transport;
import io.svcdht.node.quota.Bucket;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.storage.bounded.BoundedMap;
import io.svcdht.storage.event.DhtEvent.DiscoveryRecordPublished;
import io.svcdht.storage.event.DhtEvent.PeerDiscovered;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes contacts of what a discovery protocol hears of. A record is only a rumour: it is judged, and whoever is at its
 * address is called over our own transport and has to prove the keys it names. Foreign records cost a look, and calls are
 * few a second, however many records come.
 */
final class Discovering implements Discovery, Discv5.Ear {
    static final String BY = "discv5";

    private static final long SECOND = 1_000_000_000L;
    private static final int REMEMBERED_MAX = 8_192;
    private static final int CALLS_MAX = 8;
    private static final double CALLS_PER_SECOND = 4;
    private static final double CALLS_BURST_SECONDS = 8;
    private static final double TOLD_PER_SECOND = 1;
    private static final double TOLD_BURST_SECONDS = 60;
    /** What was refused, or is known, is looked at again after this. */
    private static final long SETTLED_NANOS = 600 * SECOND;

    private static final long UNREACHABLE_NANOS = 60 * SECOND;
    /** While nobody is known. */
    private static final long ALONE_NANOS = 5 * SECOND;

    /** What was seen of a node of the discovery protocol. */
    private record Seen(long sequence, long atNanos, long quietNanos) {}

    private final Node node;
    private final Context context;
    private final Transport transport;
    private final RecordJudge judge;
    private final DiscoveryConfig config;
    private final Bucket calls;
    private final Bucket tellings;
    private final Map<Refusal, AtomicLong> refused =
            Stream.of(Refusal.values()).collect(Collectors.toUnmodifiableMap(r -> r, r -> new AtomicLong()));
    private final AtomicLong heard = new AtomicLong();
    private final AtomicLong found = new AtomicLong();
    private final AtomicLong untold = new AtomicLong();
    private final Map<String, Seen> seen = BoundedMap.byUse(REMEMBERED_MAX);
    private @Nullable PeerNetwork network;
    private int underWay;
    private volatile Discv5.@Nullable Running running;
    private volatile String record = "";

    Discovering(Node node, Context context, Transport transport, RecordJudge judge) {
        this.node = node;
        this.context = context;
        this.transport = transport;
        this.judge = judge;
        this.config = node.config().discovery();
        long now = System.nanoTime();
        this.calls = new Bucket(CALLS_PER_SECOND, CALLS_BURST_SECONDS, now);
        this.tellings = new Bucket(TOLD_PER_SECOND, TOLD_BURST_SECONDS, now);
    }

    /** Whom it finds contacts for; before anything is heard. */
    void leadsTo(PeerNetwork to) {
        network = to;
    }

    /**
     * Begins to look. Blocks.
     *
     * @param addresses where peers reach this node
     * @throws IOException if it cannot listen
     * @throws IllegalArgumentException with a sentence, if a boot record will not do
     */
    void start(Discv5 by, NodeIdentity identity, List<PeerAddress> addresses) throws IOException {
        InetSocketAddress bind = new InetSocketAddress(
                InetAddress.ofLiteral(config.bind().host()), config.bind().port());
        InetSocketAddress reached = addresses.stream()
                .map(Discovering::socket)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(new InetSocketAddress(bind.getAddress(), 0));
        Discv5.Wanted wanted = new Discv5.Wanted(
                Octets.of(identity.discoveryKey()),
                node.nowMillis(),
                OurEntries.of(identity.keys(), node.config().network().networkId()),
                reached,
                bind,
                config.boot(),
                judge::admits);
        running = by.start(wanted, this);
    }

    private static Optional<InetSocketAddress> socket(PeerAddress address) {
        return switch (address) {
            case PeerAddress.Ip4 a -> Optional.of(socket(a.bytes(), a.port()));
            case PeerAddress.Ip6 a -> Optional.of(socket(a.bytes(), a.port()));
            case PeerAddress.Named a -> Optional.empty();
        };
    }

    private static InetSocketAddress socket(byte[] addressAndPort, int port) {
        byte[] ip = Arrays.copyOf(addressAndPort, addressAndPort.length - Short.BYTES);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(ip), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + ip.length + " bytes", e);
        }
    }

    void close() {
        Discv5.Running it = running;
        if (it != null) {
            running = null;
            it.close();
        }
    }

    // --- what the module tells, on its threads
    // -------------------------------------------------------------------------

    @Override
    public void heard(List<FoundRecord> records) {
        context.runOnContext(v -> {
            long now = System.nanoTime();
            records.forEach(r -> look(r, now));
        });
    }

    @Override
    public void refused(Refusal why) {
        count(why);
    }

    @Override
    public void published(String ours) {
        record = ours;
        node.submit(new Input.Routed(List.of(new DiscoveryRecordPublished(BY, ours))));
    }

    // --- one record, on the event loop
    // ---------------------------------------------------------------------------------

    private void look(FoundRecord r, long nowNanos) {
        PeerNetwork to = network;
        Seen before = seen.get(r.nodeId());
        if (to == null || before != null && isQuiet(before, r, to, nowNanos)) {
            return;
        }
        Verdict verdict = judge.judge(r, node.routing().denied());
        if (verdict instanceof Verdict.Call && (underWay >= CALLS_MAX || !calls.has(1, nowNanos))) {
            // It comes again, and another one may be lucky next time.
            return;
        }
        heard.incrementAndGet();
        switch (verdict) {
            case Verdict.Ourselves o -> settle(r, SETTLED_NANOS);
            case Verdict.Refused(Refusal why) -> {
                settle(r, SETTLED_NANOS);
                count(why);
            }
            case Verdict.Call(Contact contact) -> {
                settle(r, SETTLED_NANOS);
                if (!to.knows(contact.id())) {
                    calls.take(1);
                    call(r, contact, to);
                }
            }
        }
    }

    private static boolean isQuiet(Seen before, FoundRecord r, PeerNetwork to, long nowNanos) {
        // Who counts its own record up without end is heard no more often for it.
        boolean news = r.sequence() > before.sequence();
        long quiet = news || to.standing().contacts() == 0
                ? Math.min(ALONE_NANOS, before.quietNanos())
                : before.quietNanos();
        return nowNanos - before.atNanos() < quiet;
    }

    private void settle(FoundRecord r, long quietNanos) {
        seen.put(r.nodeId(), new Seen(r.sequence(), System.nanoTime(), quietNanos));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it completes by value, and this is the end of the chain
    private void call(FoundRecord r, Contact named, PeerNetwork to) {
        underWay++;
        transport
                .dial(named.addrs())
                .thenAccept(dialled -> context.runOnContext(v -> {
                    underWay--;
                    switch (dialled) {
                        case Dialled.Reached(var keys, PeerAddress at)
                        when keys.equals(named.keys()) -> proved(new Contact(keys, List.of(at), 0), to);
                        case Dialled.Reached reached -> count(Refusal.IDENTITY);
                        case Dialled.Failed(Failure why) -> failed(r, why);
                    }
                }));
    }

    private void failed(FoundRecord r, Failure why) {
        switch (why) {
            case WrongNetwork -> count(Refusal.NETWORK);
            case AddressRefused -> count(Refusal.ADDRESS);
            case Banned -> count(Refusal.BANNED);
            case HandshakeFailed, WrongPeer -> count(Refusal.IDENTITY);
            case Ourselves, Stopped -> {}
            case ProxyFailed, Unreachable, DialTimeout, Busy, NoRoom, Timeout, Closed, BadReply -> {
                settle(r, UNREACHABLE_NANOS);
                count(Refusal.UNREACHABLE);
            }
        }
    }

    private void proved(Contact contact, PeerNetwork to) {
        found.incrementAndGet();
        tell(contact);
        to.reachable(contact.keys(), contact.addr());
        to.lookAround();
    }

    private void tell(Contact contact) {
        long now = System.nanoTime();
        if (tellings.has(1, now)) {
            tellings.take(1);
            node.submit(new Input.Routed(List.of(new PeerDiscovered(BY, contact))));
        } else {
            untold.incrementAndGet();
        }
    }

    private void count(Refusal why) {
        AtomicLong counter = refused.get(why);
        if (counter != null) {
            counter.incrementAndGet();
        }
    }

    @Override
    public Status status() {
        Discv5.Running it = running;
        return new Status(
                config.discv5(),
                record,
                it == null
                        ? ""
                        : "%s:%d"
                                .formatted(
                                        it.listens().getHostString(),
                                        it.listens().getPort()),
                config.boot(),
                it == null ? 0 : it.live(),
                heard.get(),
                found.get(),
                refused.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> e.getValue()
                        .get())),
                untold.get());
    }
}
