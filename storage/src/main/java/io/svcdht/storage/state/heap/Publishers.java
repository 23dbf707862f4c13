package io.svcdht.storage.state.heap;

import io.svcdht.storage.model.NodeId;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Publishers by number, which is what a record keeps of its own, and by node id. Those without records are forgotten. */
final class Publishers {
    private final ConcurrentHashMap<NodeId, Publisher> byNode = new ConcurrentHashMap<>();
    private @Nullable Publisher[] byNumber = new @Nullable Publisher[4];
    private int[] freeNumbers = new int[4];
    private int freeNumbersCount;
    private int numbers;
    private @Nullable Publisher latest;

    /** For any thread. */
    @Nullable
    Publisher of(NodeId node) {
        return byNode.get(node);
    }

    /** The publisher with a number that a record names; a reader may be told nonsense until its stamp holds. */
    Publisher numbered(int number) {
        Publisher p = byNumber[number];
        if (p == null) {
            throw new IllegalStateException("no publisher has the number " + number);
        }
        return p;
    }

    Publisher intern(NodeId node) {
        Publisher p = latest;
        if (p == null || !p.node().equals(node)) {
            p = byNode.get(node);
            if (p == null) {
                p = new Publisher(node, newNumber());
                byNumber[p.number()] = p;
                byNode.put(node, p);
            }
            latest = p;
        }
        return p;
    }

    void forgetIfEmpty(Publisher p) {
        if (p.records() == 0) {
            byNode.remove(p.node());
            byNumber[p.number()] = null;
            latest = null;
            if (freeNumbersCount == freeNumbers.length) {
                freeNumbers = Arrays.copyOf(freeNumbers, freeNumbersCount * 2);
            }
            freeNumbers[freeNumbersCount++] = p.number();
        }
    }

    private int newNumber() {
        int number = freeNumbersCount > 0 ? freeNumbers[--freeNumbersCount] : numbers++;
        if (number == byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, number * 2);
        }
        return number;
    }

    int count() {
        return byNode.size();
    }

    /** Bytes of the arrays. */
    long heapBytes() {
        long bytes = 16L * byNumber.length;
        for (Publisher p : byNode.values()) {
            bytes += 64 + p.heapBytes();
        }
        return bytes;
    }
}
