package io.svcdht.console.faults;

import io.svcdht.console.faults.FaultNet.Place;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The datagrams of a {@link FaultNet}. What a node sends to another's outside address comes in at the socket there, and goes
 * on from the socket at the sender's own outside address, where the answer comes in:
 *
 * <pre>
 *   node a (inside a) ──▶ outside b · · · outside a ──▶ node b (inside b)
 * </pre>
 */
final class DatagramRelays implements AutoCloseable {
    private static final int DATAGRAM_BYTES_MAX = 65_535;
    /** What a line holds that is slower than what it is given; the rest is lost, as in any queue. */
    private static final long QUEUE_NANOS_MAX = 1_000_000_000L;

    private final FaultNet net;
    private final List<Place> places;
    private final List<DatagramSocket> sockets = new ArrayList<>();
    /** Until when the line from one to the other is busy. */
    private final long[][] freeNanos;

    private final AtomicLong carried = new AtomicLong();
    private final ScheduledThreadPoolExecutor arrivals = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("faults-datagrams").factory());

    DatagramRelays(FaultNet net, List<Place> places) {
        this.net = net;
        this.places = places;
        this.freeNanos = new long[places.size()][places.size()];
        arrivals.setRejectedExecutionHandler(new DiscardPolicy());
    }

    void open() throws IOException {
        for (Place place : places) {
            sockets.add(new DatagramSocket(new InetSocketAddress(place.outside(), place.port())));
        }
        for (int i = 0; i < sockets.size(); i++) {
            int to = i;
            Thread.ofVirtual().name("faults-datagrams-" + i).start(() -> receive(to));
        }
    }

    long carried() {
        return carried.get();
    }

    private void receive(int to) {
        DatagramSocket socket = sockets.get(to);
        DatagramPacket packet = new DatagramPacket(new byte[DATAGRAM_BYTES_MAX], DATAGRAM_BYTES_MAX);
        while (!socket.isClosed()) {
            try {
                packet.setLength(DATAGRAM_BYTES_MAX);
                socket.receive(packet);
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                net.at(packet.getAddress()).ifPresent(from -> send(from, to, bytes));
            } catch (IOException e) {
                // Nobody listens where one was sent to, or the end of this: the loop looks.
            }
        }
    }

    private void send(int from, int to, byte[] bytes) {
        Weather weather = net.weather();
        long now = System.nanoTime();
        // Only the thread of this socket looks at lines that lead here.
        long wait = Math.max(0, freeNanos[from][to] - now);
        if (!net.passes(from, to) || wait > QUEUE_NANOS_MAX) {
            return;
        }
        freeNanos[from][to] = now + wait + weather.busyNanos(bytes.length);
        for (long underWay : weather.arrivalsNanos(ThreadLocalRandom.current()::nextDouble)) {
            long due = freeNanos[from][to] - now + underWay;
            if (due <= 0) {
                arrive(from, to, bytes);
            } else {
                var _ = arrivals.schedule(() -> arrive(from, to, bytes), due, TimeUnit.NANOSECONDS);
            }
        }
    }

    private void arrive(int from, int to, byte[] bytes) {
        if (!net.passes(from, to)) {
            return;
        }
        Place target = places.get(to);
        try {
            sockets.get(from)
                    .send(new DatagramPacket(
                            bytes, bytes.length, new InetSocketAddress(target.inside(), target.port())));
            carried.incrementAndGet();
        } catch (IOException e) {
            // It is lost, as datagrams may be.
        }
    }

    @Override
    public void close() {
        arrivals.shutdownNow();
        sockets.forEach(DatagramSocket::close);
    }
}
