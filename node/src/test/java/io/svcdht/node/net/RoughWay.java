package io.svcdht.node.net;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Datagrams between one asker and one node, on a way that loses some and lets others overtake each other. */
final class RoughWay implements AutoCloseable {
    private final DatagramSocket front;
    private final DatagramSocket back;
    private final InetSocketAddress node;
    private final Random luck;
    private final ScheduledExecutorService late = Executors.newSingleThreadScheduledExecutor();
    private final Thread there;
    private final Thread home;
    private volatile SocketAddress asker;
    private volatile int lossPercent;
    private volatile int latePercent;
    final AtomicInteger carried = new AtomicInteger();
    final AtomicInteger longest = new AtomicInteger();
    final AtomicInteger lost = new AtomicInteger();
    final AtomicInteger overtaken = new AtomicInteger();

    RoughWay(int nodePort, long seed) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        front = new DatagramSocket(0, loopback);
        back = new DatagramSocket(0, loopback);
        node = new InetSocketAddress(loopback, nodePort);
        luck = new Random(seed);
        there = Thread.ofPlatform().start(() -> carry(front, true));
        home = Thread.ofPlatform().start(() -> carry(back, false));
    }

    int port() {
        return front.getLocalPort();
    }

    void weather(int newLossPercent, int newLatePercent) {
        lossPercent = newLossPercent;
        latePercent = newLatePercent;
    }

    private void carry(DatagramSocket from, boolean toNode) {
        byte[] buffer = new byte[2_048];
        DatagramPacket p = new DatagramPacket(buffer, buffer.length);
        try {
            while (true) {
                p.setLength(buffer.length);
                from.receive(p);
                if (toNode) {
                    asker = p.getSocketAddress();
                }
                pass(Arrays.copyOf(buffer, p.getLength()), toNode);
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void pass(byte[] bytes, boolean toNode) {
        longest.accumulateAndGet(bytes.length, Math::max);
        int loss;
        int delay;
        synchronized (luck) {
            loss = luck.nextInt(100);
            delay = luck.nextInt(100) < latePercent ? 1 + luck.nextInt(20) : 0;
        }
        if (loss < lossPercent) {
            lost.incrementAndGet();
        } else if (delay > 0) {
            overtaken.incrementAndGet();
            var _ = late.schedule(() -> deliver(bytes, toNode), delay, TimeUnit.MILLISECONDS);
        } else {
            deliver(bytes, toNode);
        }
    }

    private void deliver(byte[] bytes, boolean toNode) {
        try {
            carried.incrementAndGet();
            if (toNode) {
                back.send(new DatagramPacket(bytes, bytes.length, node));
            } else {
                front.send(new DatagramPacket(bytes, bytes.length, asker));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    @Override
    public void close() {
        late.shutdownNow();
        front.close();
        back.close();
        try {
            there.join();
            home.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
