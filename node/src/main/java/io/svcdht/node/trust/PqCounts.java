package io.svcdht.node.trust;

import io.svcdht.node.wire.SignatureAlgorithm;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How records of others were signed, and which signatures did not hold. Any thread counts, any thread reads. */
public final class PqCounts {
    private final LongAdder dual = new LongAdder();
    private final LongAdder classical = new LongAdder();
    private final Map<SignatureAlgorithm, LongAdder> failed = new EnumMap<>(SignatureAlgorithm.class);

    public PqCounts() {
        for (SignatureAlgorithm a : SignatureAlgorithm.values()) {
            failed.put(a, new LongAdder());
        }
    }

    void dual() {
        dual.increment();
    }

    void classical() {
        classical.increment();
    }

    void failed(SignatureAlgorithm algorithm) {
        failed.getOrDefault(algorithm, new LongAdder()).increment();
    }

    /** Records without a post-quantum signature that holds, refused ones included. */
    public long classicalOnly() {
        return classical.sum();
    }

    public long failures(SignatureAlgorithm algorithm) {
        return failed.getOrDefault(algorithm, new LongAdder()).sum();
    }

    /** Share of the records that had both signatures, 0 … 1; 1 where there were none. */
    public double dualRatio() {
        long both = dual.sum();
        long all = both + classical.sum();
        return all == 0 ? 1 : (double) both / all;
    }
}
