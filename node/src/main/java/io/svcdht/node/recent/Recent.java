package io.svcdht.node.recent;

import java.util.ArrayDeque;
import java.util.List;

/** The samples of the last hour, oldest first; older ones are forgotten. Any thread may read and write. */
public final class Recent {
    /** A sample is taken every so many seconds. */
    public static final int EACH_SECONDS = 5;

    public static final int SAMPLES_MAX = 3_600 / EACH_SECONDS;

    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private final Refusals refusals;

    /** @param refusals of the whole run, not of the last hour alone */
    public Recent(Refusals refusals) {
        this.refusals = refusals;
    }

    /** Without anybody who was refused. */
    public Recent() {
        this(new Refusals());
    }

    /** Who was refused, and why. */
    public Refusals refusals() {
        return refusals;
    }

    public synchronized void add(Sample sample) {
        if (samples.size() == SAMPLES_MAX) {
            samples.removeFirst();
        }
        samples.addLast(sample);
    }

    /** Those taken after an instant. */
    public synchronized List<Sample> after(long millis) {
        return samples.stream().filter(s -> s.atMillis() > millis).toList();
    }

    /** When the last one was taken, 0 = there is none. */
    public synchronized long lastMillis() {
        return samples.isEmpty() ? 0 : samples.getLast().atMillis();
    }
}
