package io.svcdht.node.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.net.SocksServer.Asked;
import io.svcdht.node.net.SocksServer.Manner;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.OnionName;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams through a SOCKS5 proxy, and through ones that lie, stall and refuse. */
class ProxiedTransportTest {
    private static final int PATIENT_MILLIS = 30_000;
    private static final String ONION = OnionName.of(new byte[32]);
    private static final String SEED = "seed.example.org";

    private static Vertx vertx;

    private final List<Transport> started = new ArrayList<>();
    private final Counts counts = new Counts();
    private SocksServer socks;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close().await();
    }

    @BeforeEach
    void startProxy() throws Exception {
        socks = new SocksServer(0);
    }

    @AfterEach
    void stop() throws Exception {
        for (Transport t : started) {
            t.close().get(60, TimeUnit.SECONDS);
        }
        socks.close();
    }

    private StreamTransport node(String name, Echo echo, AddressPolicy policy, Proxy proxy, NetLimits limits) {
        return node(name, echo, policy, proxy, limits, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private StreamTransport node(
            String name, Echo echo, AddressPolicy policy, Proxy proxy, NetLimits limits, InetSocketAddress bind) {
        StreamTransport t = StreamTransport.start(
                        vertx,
                        new StreamTransport.Options(
                                TestIdentity.of(name),
                                "svc-dht",
                                "test/1",
                                bind,
                                policy,
                                true,
                                false,
                                limits,
                                counts,
                                () -> DenyList.NOTHING,
                                proxy),
                        echo)
                .await();
        started.add(t);
        return t;
    }

    private StreamTransport plain(String name, Echo echo) {
        return node(name, echo, AddressPolicy.LOOPBACK, null, TransportContract.Settings.PATIENT);
    }

    private StreamTransport hidden(String name, AddressPolicy policy) {
        return node(
                name,
                new Echo(),
                policy,
                new Proxy(socks.at(), Set.of(SEED)),
                TransportContract.Settings.PATIENT.withPatience(PATIENT_MILLIS, 60_000, 10_000),
                null);
    }

    /** One that becomes an onion service. */
    private StreamTransport onion(String name, AtomicReference<Optional<PeerAddress>> onion) {
        return node(
                name,
                new Echo(),
                AddressPolicy.PUBLIC,
                new Proxy(socks.at(), Set.of(SEED, "other.example.org"), onion::get),
                TransportContract.Settings.PATIENT);
    }

    private static InetSocketAddress where(Transport t) {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), t.listens().orElseThrow().port());
    }

    private static Contact contact(String name, Transport t) {
        return new Contact(TestIdentity.of(name).keys(), List.of(t.listens().orElseThrow()), 0);
    }

    private static Contact contact(String name, String at) {
        return new Contact(TestIdentity.of(name).keys(), List.of(PeerAddress.parse(at)), 0);
    }

    private static Reply ask(Transport from, Contact to) throws Exception {
        return TransportContract.get(from.ask(to, TransportContract.findNode(1), PATIENT_MILLIS));
    }

    @Test
    void names_reach_the_proxy_as_they_are_and_nothing_else_does() throws Exception {
        StreamTransport b = plain("b", new Echo());
        socks.knows(SEED, where(b));
        socks.knows(ONION, where(b));
        StreamTransport a = hidden("a", AddressPolicy.PUBLIC);

        assertThat(a.dial(List.of(PeerAddress.parse(SEED + ":5302"))).get(60, TimeUnit.SECONDS))
                .isEqualTo(new Dialled.Reached(TestIdentity.of("b").keys(), PeerAddress.parse(SEED + ":5302")));
        assertThat(ask(a, contact("b", ONION + ":5302"))).isInstanceOf(Reply.Answered.class);

        assertThat(socks.asked).extracting(Asked::host).startsWith(SEED);
    }

    @Test
    void an_onion_service_is_reached_by_the_proxy_alone() throws Exception {
        StreamTransport b = plain("b", new Echo());
        socks.knows(ONION, where(b));
        StreamTransport open = plain("open", new Echo());
        StreamTransport a = hidden("a", AddressPolicy.PUBLIC);

        assertThat(TransportContract.failure(ask(open, contact("b", ONION + ":5302"))))
                .isEqualTo(Failure.AddressRefused);
        assertThat(ask(a, contact("b", ONION + ":5302"))).isInstanceOf(Reply.Answered.class);
        assertThat(socks.asked).hasSize(1);
    }

    @Test
    void no_name_a_peer_tells_goes_to_the_proxy_nor_an_address_of_its_own_network() throws Exception {
        StreamTransport a = hidden("a", AddressPolicy.PUBLIC);
        String mistyped = (ONION.charAt(0) == 'b' ? "c" : "b") + ONION.substring(1);
        for (String at : List.of(
                "router.example.org:5302",
                "localhost:5302",
                "127.0.0.1:5302",
                "192.168.1.1:5302",
                mistyped + ":5302",
                "x." + ONION + ":5302",
                "abcdefghij.onion:5302")) {
            assertThat(TransportContract.failure(ask(a, contact("b", at))))
                    .as(at)
                    .isEqualTo(Failure.AddressRefused);
        }
        assertThat(socks.asked).isEmpty();
    }

    @Test
    void each_peer_has_a_password_of_its_own_that_stays() throws Exception {
        StreamTransport b = plain("b", new Echo());
        StreamTransport c = plain("c", new Echo());
        AtomicReference<Optional<PeerAddress>> onion = new AtomicReference<>(Optional.empty());
        StreamTransport a = node(
                "a",
                new Echo(),
                AddressPolicy.LOOPBACK,
                new Proxy(socks.at(), Set.of(), onion::get),
                TransportContract.Settings.PATIENT,
                null);
        StreamTransport other = hidden("other", AddressPolicy.LOOPBACK);
        ask(a, contact("b", b));
        ask(a, contact("c", c));
        onion.set(Optional.of(PeerAddress.parse(ONION + ":5302")));
        await().until(() -> counts.of("closed Replaced") >= 2);
        ask(a, contact("b", b));
        ask(other, contact("b", b));

        Map<Boolean, List<Asked>> toB = socks.asked.stream()
                .collect(java.util.stream.Collectors.partitioningBy(x -> x.port() == where(b).getPort()));
        List<String> words = toB.get(true).stream().map(Asked::password).toList();
        assertThat(words).hasSize(3);
        assertThat(words.get(0)).hasSize(64).isEqualTo(words.get(1)).isNotEqualTo(words.get(2));
        assertThat(toB.get(false)).extracting(Asked::password).doesNotContainAnyElementsOf(words);
    }

    @Test
    void a_proxy_without_passwords_will_do() throws Exception {
        socks.behave(Manner.OPEN);
        StreamTransport b = plain("b", new Echo());
        StreamTransport a = hidden("a", AddressPolicy.LOOPBACK);

        assertThat(ask(a, contact("b", b))).isInstanceOf(Reply.Answered.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Manner.class,
            names = {"PROPER", "OPEN", "STALLS", "STALLS_LATE", "CUT_SHORT", "SAYS_TOO_LONG", "LIES"},
            mode = EnumSource.Mode.EXCLUDE)
    void a_proxy_that_misbehaves_is_one_failure(Manner manner) throws Exception {
        StreamTransport b = plain("b", new Echo());
        StreamTransport a = hidden("a", AddressPolicy.LOOPBACK);
        socks.behave(manner);

        Failure why = TransportContract.failure(ask(a, contact("b", b)));

        assertThat(why)
                .isEqualTo(
                        switch (manner) {
                            case HOST_UNREACHABLE, NO_SUCH_ONION -> Failure.Unreachable;
                            case TTL_EXPIRED -> Failure.DialTimeout;
                            default -> Failure.ProxyFailed;
                        });
        socks.behave(Manner.PROPER);
        assertThat(ask(a, contact("b", b))).as("afterwards").isInstanceOf(Reply.Answered.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"STALLS", "STALLS_LATE", "CUT_SHORT", "SAYS_TOO_LONG"})
    void a_proxy_that_never_comes_to_an_end_is_given_up(Manner manner) throws Exception {
        StreamTransport b = plain("b", new Echo());
        StreamTransport a = node(
                "a",
                new Echo(),
                AddressPolicy.LOOPBACK,
                new Proxy(socks.at(), Set.of()),
                TransportContract.Settings.PATIENT.withPatience(300, 60_000, 10_000));
        socks.behave(manner);

        assertThat(TransportContract.failure(ask(a, contact("b", b)))).isEqualTo(Failure.DialTimeout);
    }

    @Test
    void a_proxy_that_leads_elsewhere_deceives_nobody() throws Exception {
        StreamTransport b = plain("b", new Echo());
        StreamTransport c = plain("c", new Echo());
        StreamTransport a = hidden("a", AddressPolicy.LOOPBACK);
        socks.leadTo(where(c));
        socks.behave(Manner.LIES);

        assertThat(TransportContract.failure(ask(a, contact("b", b)))).isEqualTo(Failure.WrongPeer);
    }

    @Test
    void a_proxy_that_is_not_there_is_said_to_be() throws Exception {
        StreamTransport b = plain("b", new Echo());
        StreamTransport a = node(
                "a",
                new Echo(),
                AddressPolicy.LOOPBACK,
                new Proxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), SocksServer.freePort()), Set.of()),
                TransportContract.Settings.PATIENT);

        assertThat(TransportContract.failure(ask(a, contact("b", b)))).isEqualTo(Failure.ProxyFailed);
    }

    /** A stranger straight costs a connection of ours; here the proxy's takes its place. */
    @Test
    void a_new_peer_costs_one_question_to_the_proxy_and_a_known_one_none() throws Exception {
        StreamTransport b = plain("b", new Echo());
        StreamTransport a = hidden("a", AddressPolicy.LOOPBACK);

        for (int i = 0; i < 5; i++) {
            ask(a, contact("b", b));
        }

        assertThat(socks.asked).hasSize(1);
    }

    @Test
    void who_says_it_is_an_onion_service_is_called_there_by_those_who_can() throws Exception {
        AtomicReference<Optional<PeerAddress>> onion = new AtomicReference<>(Optional.empty());
        StreamTransport a = onion("a", onion);
        PeerAddress at = PeerAddress.parse(ONION + ":5302");
        socks.knows(ONION, where(a));
        Echo echo = new Echo();
        StreamTransport hidden = node(
                "b", echo, AddressPolicy.PUBLIC, new Proxy(socks.at(), Set.of()), TransportContract.Settings.PATIENT);
        Echo openEcho = new Echo();
        StreamTransport open = plain("c", openEcho);
        socks.knows(SEED, where(hidden));
        socks.knows("other.example.org", where(open));
        ask(a, contact("b", SEED + ":5302"));
        onion.set(Optional.of(at));
        await().until(() -> counts.of("closed Replaced") >= 1);

        ask(a, contact("b", SEED + ":5302"));
        ask(a, contact("c", "other.example.org:5302"));

        await().until(() -> echo.reachable.contains(at));
        assertThat(echo.callers)
                .allMatch(
                        c -> !c.client() || c.keys().equals(TestIdentity.of("a").keys()));
        assertThat(openEcho.reachable).as("it cannot call there").doesNotContain(at);
    }

    /** The daemon may have published it when nothing is left to ask, or while a question is under way. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void contacts_hear_of_an_onion_service_without_being_asked(boolean busy) throws Exception {
        AtomicReference<Optional<PeerAddress>> onion = new AtomicReference<>(Optional.empty());
        StreamTransport a = onion("a", onion);
        socks.knows(ONION, where(a));
        Echo echo = new Echo();
        StreamTransport hidden = node(
                "b", echo, AddressPolicy.PUBLIC, new Proxy(socks.at(), Set.of()), TransportContract.Settings.PATIENT);
        socks.knows(SEED, where(hidden));
        a.keepWarm(List.of(TestIdentity.of("b").keys().id()));
        ask(a, contact("b", SEED + ":5302"));
        PeerAddress at = PeerAddress.parse(ONION + ":5302");

        if (busy) {
            CompletableFuture<Reply> question =
                    a.ask(contact("b", SEED + ":5302"), TransportContract.slow(), PATIENT_MILLIS);
            CompletableFuture<Response> answer = echo.slow.poll(PATIENT_MILLIS, TimeUnit.MILLISECONDS);
            onion.set(Optional.of(at));
            answer.complete(new Response.Nodes(List.of()));
            TransportContract.get(question);
        } else {
            onion.set(Optional.of(at));
        }

        await().until(() -> echo.reachable.contains(at));
    }

    @Test
    void another_node_at_the_claimed_service_is_not_believed() throws Exception {
        PeerAddress at = PeerAddress.parse(ONION + ":5302");
        StreamTransport a = node(
                "a",
                new Echo(),
                AddressPolicy.PUBLIC,
                new Proxy(socks.at(), Set.of(SEED), () -> Optional.of(at)),
                TransportContract.Settings.PATIENT);
        Echo echo = new Echo();
        StreamTransport b = node(
                "b", echo, AddressPolicy.PUBLIC, new Proxy(socks.at(), Set.of()), TransportContract.Settings.PATIENT);
        StreamTransport stranger = plain("c", new Echo());
        socks.knows(SEED, where(b));
        socks.knows(ONION, where(stranger));

        ask(a, contact("b", SEED + ":5302"));

        await().until(() -> socks.asked.stream().anyMatch(x -> x.host().equals(ONION)));
        await().until(() -> stranger.connections() == 0 && counts.of("agreed UNTOLD") >= 4);
        assertThat(echo.reachable).isEmpty();
    }

    @Test
    void datagrams_never_go_with_a_proxy() {
        assertThatThrownBy(() -> DatagramTransport.start(
                        vertx,
                        new StreamTransport.Options(
                                TestIdentity.of("a"),
                                "svc-dht",
                                "test/1",
                                null,
                                AddressPolicy.PUBLIC,
                                true,
                                false,
                                NetLimits.STANDARD,
                                counts,
                                () -> DenyList.NOTHING,
                                new Proxy(socks.at(), Set.of())),
                        new Echo()))
                .hasMessageContaining("around the proxy");
    }
}
