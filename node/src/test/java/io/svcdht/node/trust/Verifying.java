package io.svcdht.node.trust;

import io.svcdht.node.wire.Refusal;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.state.RootView;
import io.svcdht.storage.state.Roots;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Verifiers of a node that has nothing in its journal yet. */
public final class Verifying {
    public static final PqPolicy ASKS_FOR_NOTHING =
            new PqPolicy(true, true, OptionalLong.empty(), ProviderRecord.TTL_SECONDS_MAX);

    private Verifying() {}

    public static RecordVerifier by(NodeId self, Consumer<Refusal> counts) {
        return by(self, ASKS_FOR_NOTHING, new Roots(), new PqCounts(), counts);
    }

    public static RecordVerifier by(
            NodeId self, PqPolicy policy, RootView kept, PqCounts signed, Consumer<Refusal> counts) {
        return new RecordVerifier(self, new RootVerifier(() -> kept, signed), () -> policy, signed, counts);
    }

    public static PqPolicy requiredFrom(long millis) {
        return new PqPolicy(true, true, OptionalLong.of(millis), ProviderRecord.TTL_SECONDS_MAX);
    }
}
