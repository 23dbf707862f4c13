package io.svcdht.console.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.storage.model.NodeKeys;
import java.io.IOException;

/** Whose keys they are, as commands print it for machines. */
final class KeyText {
    private KeyText() {}

    /** Fields of an object that is open. */
    static void write(JsonGenerator g, NodeKeys keys) throws IOException {
        g.writeStringField("node", keys.id().text());
        g.writeStringField("ed25519", keys.ed25519().hex());
        if (!keys.classicalOnly()) {
            g.writeStringField("ml_dsa_87_hash", keys.mlDsa87Hash().hex());
        }
    }
}
