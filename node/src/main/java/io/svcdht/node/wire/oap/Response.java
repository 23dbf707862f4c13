package io.svcdht.node.wire.oap;

import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import java.util.List;
import java.util.Map;

/** An answer. All but {@link Refused} go with code 1000. */
public sealed interface Response extends Message {
    default WireCode code() {
        return WireCode.Ok;
    }

    /** @param sequence of the answering node's own record, so that one knows whether to ask for it */
    record Pong(long sequence) implements Response {
        public Pong {
            if (sequence < 0) {
                throw new IllegalArgumentException("sequence number " + sequence);
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.PING;
        }
    }

    /** @param contacts nearest first, at most {@value Message#CONTACTS_MAX} */
    record Nodes(List<Contact> contacts) implements Response {
        public Nodes {
            contacts = List.copyOf(contacts);
            checkContacts(contacts);
        }

        @Override
        public Opcode opcode() {
            return Opcode.FIND_NODE;
        }
    }

    /**
     * What is known of a key.
     *
     * @param records signed provider records, each a CBOR map
     * @param roots signatures by the root the records' paths lead to, each root once a message
     * @param contacts nearest first
     */
    record Found(List<Encoded> records, Map<Key, Encoded> roots, List<Contact> contacts) implements Response {
        public Found {
            records = List.copyOf(records);
            roots = Map.copyOf(roots);
            contacts = List.copyOf(contacts);
            checkContacts(contacts);
            if (records.size() > RECORDS_MAX || roots.size() > ROOTS_MAX) {
                throw new IllegalArgumentException("%d records with %d roots; at most %d and %d go"
                        .formatted(records.size(), roots.size(), RECORDS_MAX, ROOTS_MAX));
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.FIND_VALUE;
        }
    }

    /** @param results one for each record, in order */
    record Provided(List<Result> results) implements Response {
        public Provided {
            results = List.copyOf(results);
            if (results.size() > RECORDS_MAX) {
                throw new IllegalArgumentException("%d results".formatted(results.size()));
            }
        }

        @Override
        public Opcode opcode() {
            return Opcode.PROVIDE;
        }
    }

    /**
     * What became of one record.
     *
     * @param reason empty where it was accepted
     */
    record Result(WireCode code, String reason) {}

    /** @param record a CBOR map */
    record NodeRecord(Encoded record) implements Response {
        @Override
        public Opcode opcode() {
            return Opcode.NODE_RECORD;
        }
    }

    /** @param signatures over the root, a CBOR array */
    record Root(Key root, Encoded signatures) implements Response {
        @Override
        public Opcode opcode() {
            return Opcode.GET_ROOT;
        }
    }

    /**
     * No answer, and why.
     *
     * @param opcode what had been asked
     * @param code anything but {@link WireCode#Ok}
     * @param reason for people; empty where there is none
     */
    record Refused(Opcode opcode, WireCode code, String reason) implements Response {
        public Refused {
            if (code == WireCode.Ok) {
                throw new IllegalArgumentException("refused with the code of success");
            }
        }
    }

    private static void checkContacts(List<Contact> contacts) {
        if (contacts.size() > CONTACTS_MAX) {
            throw new IllegalArgumentException("%d contacts; at most %d go".formatted(contacts.size(), CONTACTS_MAX));
        }
    }
}
