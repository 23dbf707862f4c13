package io.svcdht.console.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** One connection through a {@link FaultNet}: two directions, each a queue of what is under way. */
final class Relay {
    private static final int CHUNK_BYTES = 16 * 1_024;
    private static final int CHUNKS_MAX = 256;
    private static final int CONNECT_MILLIS_MAX = 5_000;
    private static final Chunk END = new Chunk(new byte[0], 0);

    final int from;
    final int to;
    private final FaultNet net;
    private final Socket caller;
    private final Socket called = new Socket();
    private final Consumer<Relay> ended;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param dueNanos when it arrives */
    private record Chunk(byte[] bytes, long dueNanos) {
        boolean isEnd() {
            return bytes.length == 0;
        }
    }

    Relay(FaultNet net, int from, int to, Socket caller, Consumer<Relay> ended) {
        this.net = net;
        this.from = from;
        this.to = to;
        this.caller = caller;
        this.ended = ended;
    }

    void start(FaultNet.Place fromPlace, FaultNet.Place toPlace) {
        Thread.ofVirtual().start(() -> {
            try {
                net.awaitPassage(from, to);
                called.bind(new InetSocketAddress(fromPlace.outside(), 0));
                called.connect(new InetSocketAddress(toPlace.inside(), toPlace.port()), CONNECT_MILLIS_MAX);
                caller.setTcpNoDelay(true);
                called.setTcpNoDelay(true);
                pump(caller, called, from, to);
                pump(called, caller, to, from);
            } catch (IOException e) {
                close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                close();
            }
        });
    }

    private void pump(Socket source, Socket target, int sender, int receiver) {
        BlockingQueue<Chunk> underWay = new ArrayBlockingQueue<>(CHUNKS_MAX);
        Thread.ofVirtual().start(() -> read(source, underWay));
        Thread.ofVirtual().start(() -> write(target, underWay, sender, receiver));
    }

    /** Waits for room as long as somebody is there to make it. */
    private void put(BlockingQueue<Chunk> underWay, Chunk chunk) throws InterruptedException {
        while (!underWay.offer(chunk, 1, TimeUnit.SECONDS) && !closed.get()) {
            // Full: what is under way must arrive first.
        }
    }

    private void read(Socket source, BlockingQueue<Chunk> underWay) {
        try {
            carry(source, underWay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
        }
    }

    private void carry(Socket source, BlockingQueue<Chunk> underWay) throws InterruptedException {
        try {
            InputStream in = source.getInputStream();
            byte[] buffer = new byte[CHUNK_BYTES];
            long free = System.nanoTime();
            long last = free;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                Weather weather = net.weather();
                long now = System.nanoTime();
                free = Math.max(free, now) + weather.busyNanos(n);
                // A stream keeps its order: what comes later waits for what was repeated.
                last = Math.max(last, free + weather.underWayNanos(n, ThreadLocalRandom.current()::nextDouble));
                byte[] bytes = new byte[n];
                System.arraycopy(buffer, 0, bytes, 0, n);
                put(underWay, new Chunk(bytes, last));
            }
            put(underWay, END);
        } catch (IOException e) {
            close();
            underWay.clear();
            put(underWay, END);
        }
    }

    private void write(Socket target, BlockingQueue<Chunk> underWay, int sender, int receiver) {
        try {
            OutputStream out = target.getOutputStream();
            for (Chunk c = underWay.take(); !c.isEnd(); c = underWay.take()) {
                for (long left = c.dueNanos() - System.nanoTime(); left > 0; left = c.dueNanos() - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                net.awaitPassage(sender, receiver);
                out.write(c.bytes());
            }
            net.awaitPassage(sender, receiver);
        } catch (IOException e) {
            // The other end is gone; this one is told below.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    void close() {
        if (closed.compareAndSet(false, true)) {
            quietly(caller);
            quietly(called);
            ended.accept(this);
        }
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed as far as it can be.
        }
    }
}
