package io.svcdht.node.peering;

import io.svcdht.storage.model.Key;
import java.util.List;

/** What one node asks of another (contracts §5), as far as routing and records go. */
public sealed interface Request {
    /** Are you there? */
    record Ping() implements Request {}

    /** Whom do you know closest to this? */
    record FindNode(Key target) implements Request {}

    /** Who provides this, or whom do you know closer to it? */
    record FindValue(Key key) implements Request {}

    /** Hold these. */
    record Provide(List<Word> words) implements Request {
        public Provide {
            words = List.copyOf(words);
        }
    }
}
