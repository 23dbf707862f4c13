package io.svcdht.console.view;

import io.svcdht.console.view.Scene.Asked;
import io.svcdht.node.view.DiffJson;
import io.svcdht.node.view.Json;
import io.svcdht.storage.replay.StateDiff;
import java.util.Iterator;
import java.util.Optional;

/** What differs between two moments as one JSON document in the words of {@code /journal/diff}, a change on each line. */
public final class DiffExport {
    private DiffExport() {}

    /** From {@code vs} to {@code at}; without the second up to now. */
    public static void write(Visit visit, Lines out) {
        Asked from = Scene.asked(visit, "vs").orElseThrow(() -> PageRefused.badRequest(
                        "Say what to compare with: vs is a time, or seq: and a position.")
                .leadingTo("journal", "Journal"));
        Optional<Asked> at = Scene.asked(visit, "at");
        long to = at.map(Asked::position).orElseGet(() -> visit.node().journal().lastPosition());
        if (from.position() > to) {
            throw PageRefused.badRequest("vs is position %s, behind at, %s: exchange them."
                            .formatted(Say.number(from.position()), Say.number(to)))
                    .leadingTo("journal", "Journal");
        }
        StateDiff diff = Scene.past(visit.node(), () -> visit.node().history().diff(from.position(), to));
        out.line("{\"from\":%d,\"to\":%d,\"changes\":[".formatted(diff.from(), diff.to()));
        Iterator<StateDiff.Change> changes = diff.changes().iterator();
        while (changes.hasNext()) {
            StateDiff.Change change = changes.next();
            out.line(Json.text(g -> DiffJson.write(g, change)) + (changes.hasNext() ? "," : ""));
        }
        String routing = Json.text(g -> {
            g.writeStartObject();
            DiffJson.writeRouting(g, diff);
            g.writeEndObject();
        });
        // Of an object with fields all but its first brace, behind a comma.
        out.line(routing.equals("{}") ? "]}" : "]," + routing.substring(1));
    }
}
