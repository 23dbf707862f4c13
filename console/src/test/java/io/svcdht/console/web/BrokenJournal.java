package io.svcdht.console.web;

import io.svcdht.node.BuildInfo;
import io.svcdht.node.History;
import io.svcdht.node.Node;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.engine.Input;
import io.svcdht.storage.journal.JournalSource;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.ProviderView;
import io.svcdht.storage.state.RootView;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.trace.TraceLog;

/** The given node while its journal is being opened again. */
record BrokenJournal(Node node) implements Node {
    @Override
    public JournalSource journal() {
        return new JournalSource() {
            @Override
            public long firstPosition() {
                throw new IllegalStateException("closed");
            }

            @Override
            public long lastPosition() {
                return 1;
            }

            @Override
            public Read read(long from) {
                throw new IllegalStateException("closed");
            }

            @Override
            public Read readBehind(io.svcdht.storage.journal.Seam seam) {
                throw new IllegalStateException("closed");
            }
        };
    }

    @Override
    public NodeId id() {
        return node.id();
    }

    @Override
    public NodeConfig config() {
        return node.config();
    }

    @Override
    public void submit(Input input) {
        node.submit(input);
    }

    @Override
    public RootView roots() {
        return node.roots();
    }

    @Override
    public Routing routing() {
        return node.routing();
    }

    @Override
    public ProviderView providers() {
        return node.providers();
    }

    @Override
    public long nowMillis() {
        return node.nowMillis();
    }

    @Override
    public Status status() {
        return node.status();
    }

    @Override
    public Backed backup(java.nio.file.Path directory) throws java.io.IOException, BackupRefused {
        return node.backup(directory);
    }

    @Override
    public TraceLog traces() {
        return node.traces();
    }

    @Override
    public History history() {
        return node.history();
    }

    @Override
    public BuildInfo build() {
        return node.build();
    }
}
