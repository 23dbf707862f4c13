package io.svcdht.node.view;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.StoredRecord;
import java.io.IOException;
import java.util.Comparator;

/**
 * A stored record as JSON: {@code cid key publisher locator node addrs ttl_secs issued_at expires_at position
 * tombstone}. For a tombstone {@code expires_at} is when it may be forgotten.
 */
public final class RecordJson {
    /** The order inside one key. */
    static final Comparator<StoredRecord> ORDER = Comparator.<StoredRecord, NodeId>comparing(
                    r -> r.record().publisher())
            .thenComparing(r -> r.record().locator());

    private RecordJson() {}

    public static void write(JsonGenerator g, StoredRecord r) throws IOException {
        g.writeStartObject();
        EventJson.writeRecord(g, r.record());
        g.writeStringField("expires_at", Json.instant(r.endsAtMillis()));
        g.writeNumberField("position", r.position());
        g.writeBooleanField("tombstone", r.tombstone());
        g.writeEndObject();
    }
}
