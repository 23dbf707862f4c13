package io.svcdht.kafka;

import io.svcdht.node.Shipping.Trouble;

/** Kafka answers, but something has to be mended by somebody before this node can go on there. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Trouble trouble;

    /** @param sentence what is wrong, what was found and what should be */
    Refused(Trouble trouble, String sentence) {
        super(sentence);
        this.trouble = trouble;
    }

    Trouble trouble() {
        return trouble;
    }
}
