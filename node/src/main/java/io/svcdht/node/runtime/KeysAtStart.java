package io.svcdht.node.runtime;

import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.Passphrase;
import io.svcdht.node.trust.Unlock;
import io.svcdht.storage.journal.DataDirectory;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The node's keys: read or made while the journal is read, and then held against whose journal it is. */
final class KeysAtStart {
    private final CompletableFuture<NodeIdentity> identity;

    private KeysAtStart(CompletableFuture<NodeIdentity> identity) {
        this.identity = identity;
    }

    /**
     * Begins to look, on a thread of its own.
     *
     * @param directory null = keys for this life alone
     * @param person asked for the passphrase of keys that are sealed, where no file tells it
     */
    static KeysAtStart look(
            @Nullable DataDirectory directory, NodeConfig config, Supplier<Optional<Passphrase>> person) {
        Unlock unlock =
                config.keyPassphraseFile().<Unlock>map(Unlock.FromFile::new).orElseGet(() -> new Unlock.Asking(person));
        return new KeysAtStart(CompletableFuture.supplyAsync(() -> identity(directory, unlock)));
    }

    private static NodeIdentity identity(@Nullable DataDirectory directory, Unlock unlock) {
        try {
            return directory == null ? NodeIdentity.ephemeral() : NodeIdentity.loadOrCreate(directory.path(), unlock);
        } catch (IOException e) {
            throw new IllegalArgumentException("the node key cannot be read or written: " + e.getMessage(), e);
        }
    }

    /**
     * The keys, once they are there.
     *
     * @param journaled whose journal it is, null = nobody's yet
     * @throws StartFailure if it is another node's
     */
    NodeIdentity fitting(@Nullable NodeId journaled) throws StartFailure {
        NodeIdentity keys = join();
        if (journaled != null && !journaled.equals(keys.id())) {
            throw new StartFailure(
                    StartFailure.BAD_CONFIGURATION,
                    "the journal is that of node %s, but node.key is that of %s; restore the key that belongs to it"
                            .formatted(journaled, keys.id()),
                    null);
        }
        return keys;
    }

    /** Whose they are, once they are there. */
    NodeId id() {
        return join().id();
    }

    private NodeIdentity join() {
        try {
            return identity.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException r ? r : e;
        }
    }
}
