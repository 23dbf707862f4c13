package io.svcdht.node.runtime;

import io.svcdht.storage.journal.JournalDamaged;
import java.nio.file.Path;

/** What to tell an operator whose journal is damaged: where, and the ways on. */
final class DamageAdvice {
    private DamageAdvice() {}

    /** For a node that did not start. */
    static String refused(JournalDamaged damage, Path dataDirectory) {
        return """
                the journal is damaged: %s
                Nothing was changed. The ways on, once you have a copy of %s:
                  svc-dht run --on-damage=read_only   serve reads of what is intact and refuse writes
                  svc-dht run --repair                end the journal before the damage, keep the rest aside, start
                  svc-dht journal repair              the same without starting; it says what is given up""".formatted(damage.getMessage(), dataDirectory);
    }

    /** For a node that only reads. */
    static String readOnly(JournalDamaged damage, Path dataDirectory) {
        return "The journal is damaged: %s. Serving reads of what is intact, refusing writes; svc-dht journal repair --data-dir %s gives up the rest"
                .formatted(damage.getMessage(), dataDirectory);
    }
}
