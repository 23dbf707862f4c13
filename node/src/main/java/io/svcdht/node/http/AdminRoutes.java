package io.svcdht.node.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.svcdht.node.History;
import io.svcdht.node.Node;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.journal.JournalDamaged;
import io.svcdht.storage.journal.JournalTruncated;
import io.svcdht.storage.journal.JournalUnavailable;
import io.svcdht.storage.model.ContentId;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** What only an admin may ask for. */
final class AdminRoutes {
    private static final JsonFactory FACTORY = new JsonFactory();

    private AdminRoutes() {}

    /** {@code POST /admin/backup {"dir"}}: a consistent copy of the running node's data on its own machine. */
    static void backup(Exchange x) {
        if (x.node().config().amnesia()) {
            throw ApiError.of(ErrorCode.AmnesiaMode, "this node runs in amnesia and has nothing to copy");
        }
        Bodies.text(x, json -> {
            Path directory = directory(json);
            x.blocking(
                    () -> taken(x.node(), directory),
                    done -> x.json(g -> {
                        g.writeStartObject();
                        g.writeBooleanField("ok", true);
                        g.writeStringField("dir", directory.toString());
                        g.writeNumberField("first", done.firstPosition());
                        g.writeNumberField("position", done.position());
                        g.writeStringField("digest", ContentId.canonical(done.digest()));
                        g.writeNumberField("bytes", done.bytes());
                        g.writeEndObject();
                    }));
        });
    }

    private static Node.Backed taken(Node node, Path directory) {
        try {
            return node.backup(directory);
        } catch (Node.BackupRefused e) {
            throw ApiError.badRequest(String.valueOf(e.getMessage()));
        } catch (History.TooMuch e) {
            throw ApiError.of(ErrorCode.QuotaHit, String.valueOf(e.getMessage()));
        } catch (JournalTruncated e) {
            throw ApiError.of(ErrorCode.JournalUnavailable, "events were pruned while they were copied; ask again");
        } catch (JournalDamaged | JournalUnavailable e) {
            throw ApiError.of(ErrorCode.JournalUnavailable, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw ApiError.badRequest("the copy cannot be written to %s: %s".formatted(directory, e));
        }
    }

    private static Path directory(String json) {
        try (JsonParser p = FACTORY.createParser(json)) {
            if (p.nextToken() == JsonToken.START_OBJECT
                    && p.nextToken() == JsonToken.FIELD_NAME
                    && "dir".equals(p.currentName())
                    && p.nextToken() == JsonToken.VALUE_STRING) {
                Path path = Path.of(p.getText());
                if (path.isAbsolute() && p.nextToken() == JsonToken.END_OBJECT && p.nextToken() == null) {
                    return path.normalize();
                }
            }
        } catch (IOException | InvalidPathException e) {
            throw ApiError.badRequest("the body is no valid JSON, or its dir no path: "
                    + e.getClass().getSimpleName());
        }
        throw ApiError.badRequest("send {\"dir\":\"/an/absolute/path\"} and nothing else: a new or empty directory");
    }
}
