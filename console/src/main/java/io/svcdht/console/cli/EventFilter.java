package io.svcdht.console.cli;

import io.svcdht.node.view.EventJsonReader;
import io.svcdht.storage.checkpoint.Sidecars;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.Subject;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which events to show. */
final class EventFilter {
    @Option(
            names = "--type",
            paramLabel = "TYPE",
            split = ",",
            description = "Only events of these types, such as ProviderAnnounced.")
    List<String> types = List.of();

    @Option(names = "--cid", paramLabel = "CID", description = "Only events about this content id.")
    @Nullable
    String cid;

    private @Nullable Set<EventType> wanted;
    private @Nullable Key key;

    /** Reads the options once, before the first event. */
    EventFilter checked() {
        try {
            Set<EventType> chosen = EnumSet.noneOf(EventType.class);
            types.forEach(t -> chosen.add(EventJsonReader.type(t)));
            wanted = chosen.isEmpty() ? EnumSet.allOf(EventType.class) : chosen;
            key = cid == null ? null : ContentId.parse(cid, true).key();
            return this;
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, Clean.text(String.valueOf(e.getMessage())), e);
        }
    }

    /** Where in a span of the journal something to show may be; asked again from behind it. */
    Optional<Sidecars.Span> next(Sidecars sidecars, long from, long to) {
        return sidecars.next(from, to, wanted == null ? EnumSet.allOf(EventType.class) : wanted, key, null);
    }

    boolean shows(JournalEntry entry) {
        Set<EventType> chosen = wanted;
        return (chosen == null || chosen.contains(entry.event().type()))
                && (key == null || key.equals(Subject.keyOf(entry.event())));
    }
}
