package io.svcdht.console.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.faults.FaultNet.Place;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Real sockets at addresses of the loopback network, which only Linux has all of. */
@EnabledOnOs(OS.LINUX)
final class FaultNetTest {
    private static final int NODES = 3;
    private static final int READ_MILLIS_MAX = 120_000;

    private final List<Closeable> open = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final List<ServerSocket> nodes = new ArrayList<>();
    private final List<DatagramSocket> sockets = new ArrayList<>();
    private FaultNet net;

    @BeforeEach
    void listen() throws IOException {
        int port = 0;
        for (int i = 0; i < NODES; i++) {
            ServerSocket node = kept(new ServerSocket());
            node.bind(new InetSocketAddress(address(79, i), port));
            node.setSoTimeout(READ_MILLIS_MAX);
            port = node.getLocalPort();
            nodes.add(node);
            DatagramSocket socket = kept(new DatagramSocket(node.getLocalSocketAddress()));
            socket.setSoTimeout(READ_MILLIS_MAX);
            sockets.add(socket);
            places.add(new Place(address(79, i), address(80, i), port));
        }
        net = FaultNet.open(places);
    }

    @AfterEach
    void close() throws IOException {
        net.close();
        for (Closeable c : open) {
            c.close();
        }
    }

    private <T extends Closeable> T kept(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private static InetAddress address(int network, int index) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, (byte) network, 0, (byte) (index + 1)});
    }

    /** Both ends of a connection from one node to another. */
    private record Ends(Socket caller, Socket called) {
        void send(int b) throws IOException {
            caller.getOutputStream().write(b);
        }

        int received() throws IOException {
            return called.getInputStream().read();
        }

        boolean nothingReceived() throws IOException {
            return called.getInputStream().available() == 0;
        }
    }

    private Socket call(int from, int to) throws IOException {
        Socket caller = kept(new Socket());
        caller.setSoTimeout(READ_MILLIS_MAX);
        caller.bind(new InetSocketAddress(places.get(from).inside(), 0));
        caller.connect(
                new InetSocketAddress(places.get(to).outside(), places.get(to).port()), READ_MILLIS_MAX);
        return caller;
    }

    private Ends connected(int from, int to) throws IOException {
        Socket caller = call(from, to);
        Socket called = kept(nodes.get(to).accept());
        called.setSoTimeout(READ_MILLIS_MAX);
        return new Ends(caller, called);
    }

    @Test
    void who_is_called_sees_the_callers_outside_address_and_bytes_go_both_ways() throws Exception {
        Ends ends = connected(0, 1);
        assertThat(ends.called().getInetAddress()).isEqualTo(places.get(0).outside());
        ends.send(7);
        assertThat(ends.received()).isEqualTo(7);
        ends.called().getOutputStream().write(8);
        assertThat(ends.caller().getInputStream().read()).isEqualTo(8);
        ends.caller().close();
        assertThat(ends.received()).isEqualTo(-1);
        Awaitility.await().until(() -> net.connections() == 0);
    }

    @Test
    void a_cut_holds_back_what_crosses_it_until_it_is_healed_and_nothing_else() throws Exception {
        Ends across = connected(0, 2);
        Ends within = connected(0, 1);
        net.cut(List.of(Set.of(0, 1), Set.of(2)));
        assertThat(net.passes(0, 2) || net.passes(2, 1)).isFalse();
        assertThat(net.passes(0, 1)).isTrue();
        across.send(1);
        for (int i = 0; i < 100; i++) {
            within.send(2);
            assertThat(within.received()).isEqualTo(2);
        }
        assertThat(across.nothingReceived()).as("nothing crossed the cut").isTrue();
        net.heal();
        assertThat(across.received()).isEqualTo(1);
    }

    @Test
    void who_calls_across_a_cut_waits_until_it_is_healed() throws Exception {
        net.cut(List.of(Set.of(0), Set.of(2)));
        Socket caller = call(0, 2);
        caller.getOutputStream().write(5);
        Ends within = connected(0, 1);
        within.send(2);
        assertThat(within.received()).isEqualTo(2);
        net.heal();
        Socket called = kept(nodes.get(2).accept());
        called.setSoTimeout(READ_MILLIS_MAX);
        assertThat(called.getInputStream().read()).isEqualTo(5);
    }

    @Test
    void nothing_passes_to_or_from_a_paused_node() throws Exception {
        Ends to = connected(0, 2);
        Ends from = connected(2, 1);
        Ends other = connected(0, 1);
        net.pause(2, true);
        assertThat(net.passes(0, 2) || net.passes(2, 1)).isFalse();
        to.send(1);
        from.send(1);
        other.send(2);
        assertThat(other.received()).isEqualTo(2);
        assertThat(to.nothingReceived() && from.nothingReceived()).isTrue();
        net.pause(2, false);
        assertThat(to.received()).isEqualTo(1);
        assertThat(from.received()).isEqualTo(1);
    }

    @Test
    void bytes_are_under_way_at_least_as_long_as_the_weather_says_and_keep_their_order() throws Exception {
        Ends ends = connected(0, 1);
        net.weather(new Weather(60, 20, 20, 0, 0, 0));
        long began = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            ends.send(i);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(ends.received()).isEqualTo(i);
        }
        // A lower bound: a slow machine only adds to it.
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(40));
    }

    @Test
    void a_killed_nodes_connections_end_on_both_sides() throws Exception {
        Ends ends = connected(0, 1);
        Ends other = connected(0, 2);
        ends.send(7);
        assertThat(ends.received()).isEqualTo(7);
        net.drop(1);
        assertThat(net.connections()).as("those of others").isEqualTo(1);
        assertThat(ends.received()).isEqualTo(-1);
        assertThat(ends.caller().getInputStream().read()).isEqualTo(-1);
        other.send(3);
        assertThat(other.received()).isEqualTo(3);
    }

    /** A datagram from one node to another; what is in it is one number. */
    private void datagram(int from, int to, int b) throws IOException {
        Place place = places.get(to);
        sockets.get(from)
                .send(new DatagramPacket(
                        new byte[] {(byte) b}, 1, new InetSocketAddress(place.outside(), place.port())));
    }

    private DatagramPacket received(int at) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[16], 16);
        sockets.get(at).receive(packet);
        return packet;
    }

    private int number(int at) throws IOException {
        return Byte.toUnsignedInt(received(at).getData()[0]);
    }

    @Test
    void who_gets_a_datagram_sees_the_senders_outside_address_and_its_answer_goes_there() throws Exception {
        datagram(0, 1, 7);
        DatagramPacket first = received(1);
        assertThat(first.getSocketAddress())
                .isEqualTo(new InetSocketAddress(
                        places.get(0).outside(), places.get(0).port()));
        assertThat(first.getData()[0]).isEqualTo((byte) 7);
        sockets.get(1).send(new DatagramPacket(new byte[] {8}, 1, first.getSocketAddress()));
        assertThat(number(0)).isEqualTo(8);
    }

    @Test
    void a_datagram_that_meets_a_cut_is_gone() throws Exception {
        net.cut(List.of(Set.of(0), Set.of(1, 2)));
        datagram(0, 2, 1);
        // Behind the other in the same socket: when it is through, the other was looked at.
        datagram(1, 2, 2);
        assertThat(number(2)).isEqualTo(2);
        net.heal();
        datagram(0, 2, 3);
        assertThat(number(2)).isEqualTo(3);
    }

    @Test
    void datagrams_overtake_each_other_and_none_is_lost_for_it() throws Exception {
        net.weather(Weather.CALM.reorder(50));
        List<Integer> sent = new ArrayList<>();
        List<Integer> arrived = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sent.add(i);
            datagram(0, 1, i);
        }
        for (int i = 0; i < 200; i++) {
            arrived.add(number(1));
        }
        assertThat(arrived).containsExactlyInAnyOrderElementsOf(sent).isNotEqualTo(sent);
        // Counted when it was sent, which who has it may know sooner.
        Awaitility.await().until(() -> net.datagramsCarried() == 200);
    }

    @Test
    void a_datagram_may_come_twice() throws Exception {
        net.weather(Weather.CALM.duplicate(99));
        Set<Integer> seen = new HashSet<>();
        int sent = 0;
        do {
            datagram(0, 1, sent++ % 256);
        } while (seen.add(number(1)) && sent < 256);
        assertThat(sent).as("sent until one came twice").isLessThan(256);
    }

    @Test
    void a_stranger_is_not_passed_on() throws Exception {
        Socket stranger = kept(new Socket());
        stranger.setSoTimeout(READ_MILLIS_MAX);
        stranger.connect(
                new InetSocketAddress(places.get(1).outside(), places.get(1).port()), READ_MILLIS_MAX);
        assertThat(stranger.getInputStream().read()).isEqualTo(-1);
    }
}
