package io.svcdht.node.wire.oap;

/** What a {@link FrameReader} makes of the bytes it was fed. */
public sealed interface FrameRead {
    /** Not a whole frame yet. */
    record More() implements FrameRead {}

    record Whole(Frame frame) implements FrameRead {}

    /**
     * A frame is refused and passed over; the next one can be read.
     *
     * @param flags as sent, unknown bits included
     * @param corrId where version 1 has it
     */
    record Refused(WireError why, int flags, long corrId) implements FrameRead {
        /** Whether somebody waits for an answer. */
        public boolean isRequest() {
            return (flags & Frame.KINDS) == Frame.REQ;
        }
    }

    /**
     * What follows cannot be told from noise: the connection has to end.
     *
     * @param corrId of the frame, 0 where its header did not come
     */
    record Broken(WireError why, long corrId) implements FrameRead {}
}
