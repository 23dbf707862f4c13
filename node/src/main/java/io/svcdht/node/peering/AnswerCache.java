package io.svcdht.node.peering;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.ProviderRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers from the network, kept no longer than the record among them that ends first; the least recently used goes. Any thread. */
public final class AnswerCache {
    private record Answer(List<ProviderRecord> records, long endsAtMillis) {}

    private final int capacity;
    private final long ageMillisMax;
    private final LinkedHashMap<Key, Answer> answers = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * An empty one.
     *
     * @param capacity keys at most
     * @param ageMillisMax no answer is kept for longer, however long its records last: they may be taken back
     */
    public AnswerCache(int capacity, long ageMillisMax) {
        this.capacity = capacity;
        this.ageMillisMax = ageMillisMax;
    }

    /** Keeps what was found; nothing, if any of it has run out already. */
    public synchronized void put(Key key, List<ProviderRecord> records, long nowMillis) {
        long ends = nowMillis + ageMillisMax;
        for (ProviderRecord record : records) {
            ends = Math.min(ends, record.expiresAtMillis());
        }
        if (records.isEmpty() || ends <= nowMillis) {
            return;
        }
        answers.put(key, new Answer(List.copyOf(records), ends));
        if (answers.size() > capacity) {
            Map.Entry<Key, Answer> eldest = answers.firstEntry();
            answers.remove(eldest.getKey());
        }
    }

    /** Empty if nothing is kept. */
    public synchronized List<ProviderRecord> get(Key key, long nowMillis) {
        Answer answer = answers.get(key);
        if (answer == null) {
            return List.of();
        }
        if (answer.endsAtMillis <= nowMillis) {
            answers.remove(key);
            return List.of();
        }
        return answer.records;
    }

    /** Something of this key changed: what is kept may be wrong. */
    public synchronized void forget(Key key) {
        answers.remove(key);
    }

    public synchronized int size() {
        return answers.size();
    }
}
