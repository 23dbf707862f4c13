package io.svcdht.node.trust;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the passphrase of a node's keys comes from. */
public sealed interface Unlock {
    /** From nowhere: keys lie in the clear. */
    static Unlock nothing() {
        return new Asking(Optional::empty);
    }

    /** What a file says the keys are sealed with: keys in the clear are a mistake then, and new ones are sealed. */
    record FromFile(Path file) implements Unlock {}

    /**
     * Somebody is asked, where the keys turn out to be sealed.
     *
     * @param person empty if nobody is there
     */
    record Asking(Supplier<Optional<Passphrase>> person) implements Unlock {}

    /** For keys that are made now; null = they stay in the clear. */
    default @Nullable Passphrase forNewKeys() throws IOException {
        return switch (this) {
            case FromFile(Path file) -> Passphrase.read(file);
            case Asking(var _) -> null;
        };
    }

    /** @throws IllegalArgumentException if there is none */
    default Passphrase forSealed(Path keys) throws IOException {
        return switch (this) {
            case FromFile(Path file) -> Passphrase.read(file);
            case Asking(var person) ->
                person.get()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "node key %s is sealed; name a file with its passphrase by key_passphrase_file, or start on a terminal to be asked for it"
                                        .formatted(keys)));
        };
    }

    /** @throws IllegalArgumentException if the keys should not lie in the clear */
    default void refuseOpen(Path keys) {
        if (this instanceof FromFile) {
            throw new IllegalArgumentException(
                    "key_passphrase_file is set, but node key %s lies in the clear; seal it with svc-dht keys seal, or leave the setting out"
                            .formatted(keys));
        }
    }
}
