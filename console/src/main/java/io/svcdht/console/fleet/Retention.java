package io.svcdht.console.fleet;

import io.svcdht.node.config.FleetConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Gives up what of an index is too old, or too much; on the thread that hands over. */
final class Retention {
    /** Of what there is between the oldest and the newest event, so much goes at once where it is too much. */
    private static final int STEPS = 4;

    private final FleetStore store;
    private final Path directory;

    Retention(FleetStore store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /** @return whether anything was given up */
    boolean carryOut(FleetConfig keep, long nowMillis) throws IOException {
        boolean any = upTo(nowMillis - TimeUnit.DAYS.toMillis(keep.retentionDays()));
        for (int i = 0; i < STEPS && bytes() > keep.retentionBytes(); i++) {
            long oldest = store.nodes().stream()
                    .mapToLong(n -> n.log().firstMillis())
                    .filter(m -> m > 0)
                    .min()
                    .orElse(nowMillis);
            any |= upTo(oldest + Math.max(1, (nowMillis - oldest) / STEPS));
        }
        return any;
    }

    private boolean upTo(long millis) throws IOException {
        boolean any = false;
        for (FleetNode node : store.nodes()) {
            any |= node.giveUp(millis);
        }
        if (any) {
            List<FleetNode> all = store.nodes();
            store.content().retain(place -> {
                int ordinal = (int) (place >>> FleetStore.PLACE_BITS);
                long position = place & (1L << FleetStore.PLACE_BITS) - 1;
                return ordinal < all.size()
                        && position >= all.get(ordinal).log().firstPosition();
            });
        }
        boolean lookups = store.traces().giveUp(millis);
        return any || lookups;
    }

    /** What the index takes. */
    long bytes() throws IOException {
        long bytes = 0;
        List<Path> all;
        try (Stream<Path> walk = Files.walk(directory)) {
            all = walk.filter(Files::isRegularFile).toList();
        }
        for (Path p : all) {
            try {
                bytes += Files.size(p);
            } catch (NoSuchFileException e) {
                // A state that was thinned out meanwhile.
            }
        }
        return bytes;
    }
}
