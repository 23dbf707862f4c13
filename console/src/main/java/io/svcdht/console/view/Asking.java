package io.svcdht.console.view;

import io.svcdht.node.view.TraceJson;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** What a reader may write where a content id, a node or a kind of lookup is asked for. */
final class Asking {
    private Asking() {}

    static ContentId content(Visit visit, String text) {
        try {
            return ContentId.parse(text, visit.node().config().lenientIds());
        } catch (IllegalArgumentException e) {
            throw PageRefused.badRequest(String.valueOf(e.getMessage()));
        }
    }

    static NodeId node(String text) {
        try {
            return NodeId.parse(text);
        } catch (IllegalArgumentException e) {
            throw PageRefused.badRequest("A node id is n3: and 64 lower-case hex digits.");
        }
    }

    static LookupRecord.Operation operation(String word) {
        return oneOf("op", LookupRecord.Operation.values(), TraceJson::word, word);
    }

    static LookupRecord.Outcome outcome(String word) {
        return oneOf("outcome", LookupRecord.Outcome.values(), TraceJson::word, word);
    }

    private static <T> T oneOf(String name, T[] values, Function<T, String> words, String word) {
        List<String> all = Stream.of(values).map(words).toList();
        int at = all.indexOf(word);
        if (at < 0) {
            throw PageRefused.badRequest("%s is one of %s".formatted(name, all));
        }
        return values[at];
    }
}
