package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Network;
import io.svcdht.node.Network.Origin;
import io.svcdht.node.Network.Wanted;
import io.svcdht.node.Patience;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.config.NetworkConfig.Hiding;
import io.svcdht.node.config.NetworkConfig.Reach;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.kad.Distance;
import io.svcdht.node.lookup.LookupResult.Outcome;
import io.svcdht.node.net.SocksServer;
import io.svcdht.node.net.tor.FakeControl;
import io.svcdht.node.network.LocalNet.Member;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.OnionName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes that dial through a SOCKS5 proxy, some of them onion services. */
class BehindProxyTest {
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final int DELAY_MILLIS = 300;
    private static final int NODES = 4;
    private static final int RECORDS = 20;
    private static final int FINDS = 1_000;

    @TempDir
    Path temp;

    private static HostPort hostPort(InetSocketAddress at) {
        return new HostPort(at.getAddress().getHostAddress(), at.getPort());
    }

    private static NetworkConfig behind(NetworkConfig c, SocksServer socks, Optional<HostPort> control) {
        return LocalNet.patient(c).withHiding(new Hiding(Optional.of(hostPort(socks.at())), control, Optional.empty()));
    }

    private static NetworkConfig reach(NetworkConfig c, Reach reach) {
        return new NetworkConfig(
                c.bind(),
                c.advertise(),
                c.seeds(),
                c.networkId(),
                c.strictReady(),
                reach,
                c.search(),
                c.connections(),
                c.care(),
                c.signing(),
                c.legsMax(),
                c.hiding());
    }

    private static void ready(Member... members) {
        for (Member m : members) {
            await().atMost(PATIENCE).until(() -> m.node().status().ready());
        }
    }

    /** All on this machine, and 300 ms between each two of them. */
    @Test
    void finds_succeed_through_a_slow_proxy() throws Exception {
        try (SocksServer socks = new SocksServer(DELAY_MILLIS);
                LocalNet net = new LocalNet(c -> reach(behind(c, socks, Optional.empty()), Reach.LOOPBACK))) {
            List<Member> members = new ArrayList<>();
            for (int i = 0; i < NODES; i++) {
                int others = i;
                members.add(net.join());
                // Who joins next hears of all that are there.
                await().atMost(PATIENCE)
                        .until(() -> members.getFirst().contacts().size() == others);
            }
            ready(members.toArray(Member[]::new));
            for (Member m : members) {
                await().atMost(PATIENCE).until(() -> m.contacts().size() == NODES - 1);
            }
            Member publisher = members.getFirst();
            List<ContentId> cids = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                ContentId cid = ContentId.parse("content-" + i, true);
                long position = publisher.provide(cid).position();
                cids.add(cid);
                if (i == RECORDS - 1) {
                    assertThat(publisher.replicas(position)).isPositive();
                }
            }

            AtomicInteger found = new AtomicInteger();
            Semaphore atOnce = new Semaphore(30);
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < FINDS; i++) {
                Network finder = members.get(1 + i % (NODES - 1)).network();
                ContentId cid = cids.get(i % RECORDS);
                atOnce.acquire();
                all.add(finder.find(new Wanted(
                                cid.key(),
                                cid.text(),
                                new java.util.UUID(0x7000L | i, i | 1L << 63),
                                OptionalInt.of(60_000),
                                OptionalInt.empty(),
                                true))
                        .toCompletableFuture()
                        .thenAccept(f -> {
                            atOnce.release();
                            if (f.origin() == Origin.NETWORK && f.result().outcome() == Outcome.FOUND) {
                                found.incrementAndGet();
                            }
                        }));
            }
            all.forEach(LocalNet::get);

            assertThat(found.get()).as("found of %d", FINDS).isGreaterThanOrEqualTo(FINDS * 999 / 1_000);
            assertThat(socks.asked)
                    .as("everything went through it")
                    .hasSizeGreaterThanOrEqualTo(NODES * (NODES - 1) / 2);
        }
    }

    /** A clear node and two hidden ones: the hidden know all, the clear one answers all. */
    @Test
    void a_mixed_network_reaches_as_far_as_each_can() throws Exception {
        byte[] cookie = new byte[32];
        Path file = Files.write(temp.resolve("cookie"), cookie);
        Map<String, String> services = new ConcurrentHashMap<>();
        try (SocksServer socks = new SocksServer(0);
                FakeControl control = new FakeControl(cookie, file, null, k -> services.getOrDefault(k, "nobody"));
                LocalNet net = new LocalNet(c -> reach(LocalNet.patient(c), Reach.LOOPBACK))) {
            // A daemon works out names from keys itself, and a service can be called before its node hears that it can.
            net.introduce(who -> services.put(secret(who), who.onionKey().host()));
            control.tell(socks::knows);
            Member clear = net.join();
            net.change(c -> reach(behind(c, socks, Optional.of(hostPort(control.at()))), Reach.PUBLIC));
            socks.knows("clear.example.org", where(clear));
            List<HostPort> seeds = List.of(new HostPort("clear.example.org", 5302));
            Member first = hidden(net, seeds);
            Member second = hidden(net, List.of(seeds.getFirst(), onion(first)));
            ready(clear, first, second);

            await().atMost(PATIENCE)
                    .until(() -> first.contacts().contains(second.node().id())
                            && second.contacts().contains(first.node().id())
                            && first.contacts().contains(clear.node().id())
                            && second.contacts().contains(clear.node().id()));
            assertThat(clear.contacts()).as("it cannot dial them").isEmpty();

            // Of each content id one node is the holder, the closest.
            ContentId atClear = closestTo(clear, first, second);
            ContentId atFirst = closestTo(first, clear, second);
            ContentId atSecond = closestTo(second, clear, first);
            for (ContentId cid : List.of(atClear, atFirst, atSecond)) {
                assertThat(first.replicas(first.provide(cid).position())).isOne();
            }
            assertThat(clear.holds(atClear))
                    .as("it is told by those it cannot dial")
                    .isTrue();
            assertThat(second.holds(atSecond))
                    .as("one hidden node is told by the other")
                    .isTrue();
            assertThat(second.find(atClear).result().outcome()).isEqualTo(Outcome.FOUND);
            assertThat(second.find(atFirst).result().outcome()).isEqualTo(Outcome.FOUND);
        }
    }

    private static ContentId closestTo(Member member, Member... others) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> ContentId.parse("hidden content " + i, true))
                .filter(cid -> Stream.of(others)
                        .allMatch(o -> Distance.compare(
                                        cid.key(),
                                        member.node().id().key(),
                                        o.node().id().key())
                                < 0))
                .findFirst()
                .orElseThrow();
    }

    private static InetSocketAddress where(Member m) {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                m.network().listens().orElseThrow().port());
    }

    private static HostPort onion(Member m) {
        return new HostPort(m.node().identity().onionKey().host(), m.address().port());
    }

    private static String secret(NodeIdentity who) {
        return "ED25519-V3:" + Base64.getEncoder().encodeToString(who.onionKey().expanded());
    }

    private static Member hidden(LocalNet net, List<HostPort> seeds) {
        Member m = net.join(null, seeds);
        assertThat(OnionName.isValid(m.node().identity().onionKey().host())).isTrue();
        return m;
    }
}
