package io.svcdht.node.runtime;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.journal.MemoryJournal;
import io.svcdht.storage.journal.Room;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A journal in memory that fails when told to, counts its forces, and may complete them later. */
final class FaultyJournal implements Journal {
    private final MemoryJournal memory = new MemoryJournal();
    private final AtomicInteger forces = new AtomicInteger();
    private final ConcurrentLinkedQueue<Pending> pending = new ConcurrentLinkedQueue<>();
    private volatile long failsAtAppend = Long.MAX_VALUE;
    private volatile int failsAtForce = Integer.MAX_VALUE;
    private volatile boolean completesLater;
    private volatile boolean failed;
    private volatile long durable;
    private volatile Room room = Room.ENOUGH;
    private volatile CountDownLatch stalled = new CountDownLatch(0);

    private record Pending(long upTo, CompletableFuture<Long> done) {}

    FaultyJournal failingAtAppend(long position) {
        failsAtAppend = position;
        return this;
    }

    FaultyJournal failingAtForce(int force) {
        failsAtForce = force;
        return this;
    }

    FaultyJournal completingLater() {
        completesLater = true;
        return this;
    }

    /** From now on no force comes back. */
    void stall() {
        stalled = new CountDownLatch(1);
    }

    /** The medium answers again. */
    void answer() {
        stalled.countDown();
        stalled = new CountDownLatch(0);
    }

    /** From now on the volume has so much room. */
    void room(Room now) {
        room = now;
    }

    @Override
    public Room room(long instantMillis) {
        return room;
    }

    int forces() {
        return forces.get();
    }

    /** Position up to which a force was let succeed. */
    long durablePosition() {
        return durable;
    }

    /** Lets the oldest force that waits succeed; whether there was one. */
    boolean completeOne() {
        Pending p = pending.poll();
        if (p == null) {
            return false;
        }
        durable = Math.max(durable, p.upTo());
        return p.done().complete(p.upTo());
    }

    /** Lets the oldest force that waits fail; whether there was one. */
    boolean failOne() {
        Pending p = pending.poll();
        if (p == null) {
            return false;
        }
        failed = true;
        return p.done().completeExceptionally(new JournalUnavailable("the disk went away"));
    }

    @Override
    public long append(long instantMillis, long cause, DhtEvent event) {
        if (failed || memory.lastPosition() + 1 >= failsAtAppend) {
            failed = true;
            throw new JournalUnavailable("append refused by the test");
        }
        return memory.append(instantMillis, cause, event);
    }

    @Override
    public CompletionStage<Long> durable(long position) {
        try {
            stalled.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failed || forces.incrementAndGet() >= failsAtForce) {
            failed = true;
            return CompletableFuture.failedFuture(new JournalUnavailable("force refused by the test"));
        }
        long upTo = memory.lastPosition();
        if (completesLater) {
            Pending p = new Pending(upTo, new CompletableFuture<>());
            pending.add(p);
            return p.done();
        }
        durable = upTo;
        return CompletableFuture.completedFuture(upTo);
    }

    @Override
    public long epoch() {
        return memory.epoch();
    }

    @Override
    public long bytes() {
        return memory.bytes();
    }

    @Override
    public long firstPosition() {
        return memory.firstPosition();
    }

    @Override
    public long lastPosition() {
        return memory.lastPosition();
    }

    @Override
    public Read read(long from) {
        return memory.read(from);
    }

    @Override
    public Read readBehind(io.svcdht.storage.journal.Seam seam) {
        return memory.readBehind(seam);
    }

    @Override
    public void close() {
        memory.close();
    }
}
