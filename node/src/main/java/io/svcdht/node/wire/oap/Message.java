package io.svcdht.node.wire.oap;

/** What nodes say to each other about the key space; {@link MessageCodec} knows its bytes. */
public sealed interface Message permits Request, Response {
    /** Version of the messages, field {@code proto_ver}. */
    int PROTO_VER = 1;
    /** Most contacts of one message: the largest k. */
    int CONTACTS_MAX = 64;
    /** Most records of one message. */
    int RECORDS_MAX = 1_000;
    /** Most roots of one message. */
    int ROOTS_MAX = 64;
    /** Longest record, bytes: all its texts as long as they may be, and its signatures. */
    int RECORD_BYTES_MAX = 20_480;
    /** Longest list of signatures, bytes. */
    int SIGNATURES_BYTES_MAX = 8_192;
    /** Longest node record, bytes. */
    int NODE_RECORD_BYTES_MAX = 16_384;
    /** Longest reason, bytes. */
    int REASON_BYTES_MAX = 200;

    /** What was asked, or what is answered. */
    Opcode opcode();
}
