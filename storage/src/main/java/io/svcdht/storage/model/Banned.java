package io.svcdht.storage.model;

/** What a node wants nothing to do with: a peer, a content id, or a block of addresses. */
public sealed interface Banned {
    /** A peer, by its node id. */
    record Peer(NodeId node) implements Banned {
        @Override
        public String text() {
            return node.text();
        }
    }

    /** Records of a content id, whoever publishes them. */
    record Content(Key key) implements Banned {
        @Override
        public String text() {
            return ContentId.canonical(key);
        }
    }

    /** Peers at these addresses. */
    record Addresses(AddressPrefix prefix) implements Banned {
        @Override
        public String text() {
            return prefix.text();
        }
    }

    /** Its one text form: {@code n3:…}, {@code b3:…} or a prefix. */
    String text();

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException with a sentence that shows the forms
     */
    static Banned parse(String text) {
        if (text.startsWith(NodeId.PREFIX)) {
            return new Peer(NodeId.parse(text));
        }
        try {
            return new Addresses(AddressPrefix.parse(text));
        } catch (IllegalArgumentException e) {
            // An address may begin as content ids do; no content id in its own form is an address.
            if (text.startsWith(ContentId.PREFIX)) {
                return new Content(ContentId.parse(text, true).key());
            }
            throw e;
        }
    }
}
