package io.svcdht.storage.chronicle;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.journal.Frames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A journal's files, and where in them each event lies. */
final class Damage {
    private final Path journal;
    private final List<byte[]> frames;

    /** @param frames what {@link #frames} makes of the events that were appended */
    Damage(Path journal, List<byte[]> frames) {
        this.journal = journal;
        this.frames = frames;
    }

    /** The frame of each event, as it must lie on disk. */
    static List<byte[]> frames(long firstInstant, long stepMillis, List<DhtEvent> events) {
        Frames out = Frames.fromStart();
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            all.add(out.write(firstInstant + i * stepMillis, 0, events.get(i)).toByteArray());
        }
        return all;
    }

    List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(journal)) {
            return all.filter(p -> p.toString().endsWith(".cq4")).sorted().toList();
        }
    }

    record Place(Path file, long offset, byte[] frame) {}

    /** Where the frame of a position begins; its four-byte document header lies before. */
    Place placeOf(int position) throws IOException {
        byte[] frame = frames.get(position - 1);
        for (Path file : files()) {
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0; at + frame.length <= bytes.length; at++) {
                if (bytes[at] == frame[0]
                        && java.util.Arrays.equals(bytes, at, at + frame.length, frame, 0, frame.length)) {
                    return new Place(file, at, frame);
                }
            }
        }
        throw new AssertionError("position " + position + " is in no file");
    }

    void flip(Place place, int offset, int mask) throws IOException {
        try (FileChannel c = FileChannel.open(place.file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            c.read(one, place.offset() + offset);
            one.put(0, (byte) (one.get(0) ^ mask)).flip();
            c.write(one, place.offset() + offset);
        }
    }

    void write(Place place, byte[] bytes) throws IOException {
        try (FileChannel c = FileChannel.open(place.file(), StandardOpenOption.WRITE)) {
            c.write(ByteBuffer.wrap(bytes), place.offset());
        }
    }

    void cut(Path file, long length) throws IOException {
        try (FileChannel c = FileChannel.open(file, StandardOpenOption.WRITE)) {
            c.truncate(length);
        }
    }
}
