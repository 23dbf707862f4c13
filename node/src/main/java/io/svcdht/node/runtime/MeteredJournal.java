package io.svcdht.node.runtime;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.journal.Room;
import io.svcdht.storage.journal.Seam;
import java.util.concurrent.CompletionStage;

/** A journal whose appends and forces are measured. */
final class MeteredJournal implements Journal {
    private final Journal journal;
    private final Meter meter;
    private volatile long durable;
    private volatile Room room = Room.ENOUGH;

    MeteredJournal(Journal journal, Meter meter) {
        this.journal = journal;
        this.meter = meter;
    }

    @Override
    public Room room(long instantMillis) {
        Room now = journal.room(instantMillis);
        boolean enough = now instanceof Room.Enough;
        if (enough != room instanceof Room.Enough) {
            meter.shortOfRoom(!enough);
        }
        room = now;
        return now;
    }

    @Override
    public long append(long instantMillis, long cause, DhtEvent event) {
        long began = System.nanoTime();
        long position = journal.append(instantMillis, cause, event);
        meter.appended(event.type(), System.nanoTime() - began);
        return position;
    }

    @Override
    public CompletionStage<Long> durable(long position) {
        long began = System.nanoTime();
        return journal.durable(position).thenApply(upTo -> {
            meter.synced(System.nanoTime() - began);
            durable = upTo;
            return upTo;
        });
    }

    /** The room that the writer was last told of; to be asked on any thread. */
    Room roomBefore() {
        return room;
    }

    /** Position up to which a force has succeeded in this run. */
    long durablePosition() {
        return durable;
    }

    @Override
    public long epoch() {
        return journal.epoch();
    }

    @Override
    public long bytes() {
        return journal.bytes();
    }

    @Override
    public long firstPosition() {
        return journal.firstPosition();
    }

    @Override
    public long lastPosition() {
        return journal.lastPosition();
    }

    @Override
    public Read read(long from) {
        return journal.read(from);
    }

    @Override
    public Read readBehind(Seam seam) {
        return journal.readBehind(seam);
    }

    @Override
    public void close() {
        journal.close();
    }
}
