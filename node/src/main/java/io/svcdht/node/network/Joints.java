package io.svcdht.node.network;

import io.svcdht.node.Discovery;
import io.svcdht.node.Network.Wanted;
import io.svcdht.node.News;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.net.Transport;
import io.svcdht.node.peering.AnswerCache;
import io.svcdht.node.peering.Call;
import io.svcdht.node.peering.PeeringInput;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a network is put together from, apart from itself. */
interface Joints {
    AnswerCache answers();

    JournalBudget budget();

    EclipseWatch watch();

    Discovery discovery();

    News news();

    Serving serving(RoutingTable table);

    /** @param lookups what a call is part of, if of a lookup */
    Calls calls(Transport transport, Function<Call, @Nullable Wanted> lookups, Consumer<PeeringInput> report);
}
