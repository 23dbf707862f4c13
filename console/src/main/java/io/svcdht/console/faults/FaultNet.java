package io.svcdht.console.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/**
 * A bad network between nodes that are well: each node is told to others at an outside address, where this listens, and what
 * arrives there is passed on to the node's inside address in the weather of the moment.
 *
 * <pre>
 *   node a (inside a) ──▶ outside b ─ relay ─ outside a ──▶ node b (inside b)
 * </pre>
 *
 * Nodes call from their inside address, so it is known who calls; they are called from the caller's outside address, so that
 * calling back leads through here too. An outside address has the same port as the inside one.
 *
 * <p>A cut lets nothing pass and closes nothing: to both sides it looks like a cable pulled, and what was under way in a
 * stream arrives when it is healed, as repeats would. Datagrams take the same way, both ends at the port of their node, and
 * one that meets a cut is gone.
 */
public final class FaultNet implements AutoCloseable {
    private static final int WAITING_MAX = 1_024;

    /** Where a node is, and where others are told it is; the same port. */
    public record Place(InetAddress inside, InetAddress outside, int port) {}

    private final List<Place> places;
    private final List<ServerSocket> listeners = new ArrayList<>();
    private final Set<Relay> relays = ConcurrentHashMap.newKeySet();
    private final DatagramRelays datagrams;
    private final Object changed = new Object();
    private volatile Weather weather = Weather.CALM;
    private volatile List<Set<Integer>> sides = List.of();
    private volatile Set<Integer> paused = Set.of();
    private volatile boolean closed;

    private FaultNet(List<Place> places) {
        this.places = List.copyOf(places);
        this.datagrams = new DatagramRelays(this, this.places);
    }

    /** Listens at all outside addresses. */
    public static FaultNet open(List<Place> places) throws IOException {
        FaultNet net = new FaultNet(places);
        try {
            for (int i = 0; i < places.size(); i++) {
                Place place = places.get(i);
                ServerSocket listener = new ServerSocket();
                net.listeners.add(listener);
                listener.setReuseAddress(true);
                listener.bind(new InetSocketAddress(place.outside(), place.port()), WAITING_MAX);
                int to = i;
                Thread.ofVirtual().name("faults-" + i).start(() -> net.accept(listener, to));
            }
            net.datagrams.open();
            return net;
        } catch (IOException e) {
            net.close();
            throw e;
        }
    }

    /** From now on, everywhere. */
    public void weather(Weather next) {
        weather = next;
        wake();
    }

    public Weather weather() {
        return weather;
    }

    /** Nothing passes between nodes of different sides; a node in none of them reaches everybody. */
    public void cut(List<Set<Integer>> parts) {
        sides = parts.stream().map(Set::copyOf).toList();
        wake();
    }

    /** No cut any more. */
    public void heal() {
        cut(List.of());
    }

    /** Nothing passes to or from the node; false lets it. */
    public void pause(int node, boolean on) {
        Set<Integer> next = new java.util.HashSet<>(paused);
        if (on) {
            next.add(node);
        } else {
            next.remove(node);
        }
        paused = Set.copyOf(next);
        wake();
    }

    /** Ends every connection of the node, as when its process dies. */
    public void drop(int node) {
        relays.stream().filter(r -> r.from == node || r.to == node).forEach(Relay::close);
    }

    /** Whether bytes pass from one to the other now. */
    public boolean passes(int from, int to) {
        if (paused.contains(from) || paused.contains(to)) {
            return false;
        }
        int side = side(from);
        int other = side(to);
        return side < 0 || other < 0 || side == other;
    }

    private int side(int node) {
        List<Set<Integer>> now = sides;
        for (int i = 0; i < now.size(); i++) {
            if (now.get(i).contains(node)) {
                return i;
            }
        }
        return -1;
    }

    /** How many connections pass through now. */
    public int connections() {
        return relays.size();
    }

    /** How many datagrams have arrived, copies among them. */
    public long datagramsCarried() {
        return datagrams.carried();
    }

    private void wake() {
        synchronized (changed) {
            changed.notifyAll();
        }
    }

    /** Waits while the condition holds between the two, and this is open. */
    void awaitPassage(int from, int to) throws InterruptedException {
        synchronized (changed) {
            while (!closed && !passes(from, to)) {
                changed.wait();
            }
        }
    }

    private void accept(ServerSocket listener, int to) {
        while (!closed) {
            try {
                Socket caller = listener.accept();
                Optional<Integer> from = at(caller.getInetAddress());
                if (from.isEmpty()) {
                    caller.close();
                    continue;
                }
                Relay relay = new Relay(this, from.get(), to, caller, relays::remove);
                relays.add(relay);
                relay.start(places.get(from.get()), places.get(to));
            } catch (IOException e) {
                // A caller that went again, or the end of this: the loop looks.
                if (listener.isClosed()) {
                    return;
                }
            }
        }
    }

    /** Whose inside address that is. */
    Optional<Integer> at(InetAddress address) {
        IntPredicate isAt = i -> places.get(i).inside().equals(address);
        for (int i = 0; i < places.size(); i++) {
            if (isAt.test(i)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        wake();
        for (ServerSocket listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                // It listens no longer either way.
            }
        }
        relays.forEach(Relay::close);
        datagrams.close();
    }
}
