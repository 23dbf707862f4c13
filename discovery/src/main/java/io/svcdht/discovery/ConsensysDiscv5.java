package io.svcdht.discovery;

import io.svcdht.node.discovery.Discv5;
import java.io.IOException;

/** What {@link java.util.ServiceLoader} finds. */
public final class ConsensysDiscv5 implements Discv5 {
    @Override
    public Running start(Wanted wanted, Ear ear) throws IOException {
        return Search.start(wanted, ear);
    }
}
