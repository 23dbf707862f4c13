package io.svcdht.storage.chronicle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;

/** How the queue names its files: by the beginning of the cycle they hold, in UTC. */
final class CycleNames {
    private final RollCycle rollCycle;
    private final DateTimeFormatter format;

    CycleNames(RollCycle rollCycle) {
        this.rollCycle = rollCycle;
        this.format = DateTimeFormatter.ofPattern(rollCycle.format()).withZone(ZoneOffset.UTC);
    }

    /** The cycle that an instant falls into. */
    int cycleAt(long instantMillis) {
        return (int) Math.floorDiv(instantMillis, rollCycle.lengthInMillis());
    }

    /** When a cycle begins. */
    long beginsAtMillis(int cycle) {
        return (long) cycle * rollCycle.lengthInMillis();
    }

    String fileName(int cycle) {
        return format.format(Instant.ofEpochMilli(beginsAtMillis(cycle))) + SingleChronicleQueue.SUFFIX;
    }

    /** The cycle that a file's name stands for; empty for a name the queue would not give. */
    OptionalInt cycleOf(String fileName) {
        if (!fileName.endsWith(SingleChronicleQueue.SUFFIX)) {
            return OptionalInt.empty();
        }
        try {
            TemporalAccessor parsed =
                    format.parse(fileName.substring(0, fileName.length() - SingleChronicleQueue.SUFFIX.length()));
            LocalDateTime begins = parsed.isSupported(ChronoField.HOUR_OF_DAY)
                    ? LocalDateTime.from(parsed)
                    : LocalDate.from(parsed).atStartOfDay();
            int cycle = cycleAt(begins.toInstant(ZoneOffset.UTC).toEpochMilli());
            return fileName(cycle).equals(fileName) ? OptionalInt.of(cycle) : OptionalInt.empty();
        } catch (DateTimeException e) {
            return OptionalInt.empty();
        }
    }

    /** The queue's files, oldest first: their names sort as their cycles do. */
    static List<Path> filesOf(Path journal) throws IOException {
        if (!Files.isDirectory(journal)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(journal)) {
            return all.filter(p -> p.toString().endsWith(SingleChronicleQueue.SUFFIX))
                    .sorted()
                    .toList();
        }
    }
}
