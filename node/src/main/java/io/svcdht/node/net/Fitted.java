package io.svcdht.node.net;

import io.svcdht.node.wire.oap.Encoded;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.MessageCodec;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.storage.model.Contact;
import java.util.List;
import java.util.Map;

/**
 * An answer as one frame that fits a datagram.
 *
 * <pre>
 * contacts          the nearest that fit; the asker goes on without the others
 * records           without the signatures of their roots, for which it can ask; else cut
 * anything longer   cut: the frame has START alone, and the asker asks again over a stream
 * </pre>
 *
 * @param frame encoded
 * @param cut whether the asker has to ask again
 */
record Fitted(byte[] frame, boolean cut) {
    /** @param less whether a part of it is an answer as well, or the asker is better told to come another way */
    static Fitted of(Response response, long corrId, int frameBytesMax, boolean less) {
        int room = frameBytesMax - Frame.HEADER_BYTES;
        if (response instanceof Response.Found f && rootBytes(f) > room) {
            return less ? found(f, corrId, room) : cut(corrId);
        }
        byte[] whole = MessageCodec.encode(response);
        if (whole.length <= room) {
            return new Fitted(frame(response.code(), corrId, whole, Frame.WHOLE), false);
        }
        if (!less) {
            return cut(corrId);
        }
        return switch (response) {
            case Response.Nodes n -> nodes(n, corrId, room, whole.length);
            case Response.Found f -> found(f, corrId, room);
            case Response.Refused r ->
                new Fitted(
                        frame(
                                r.code(),
                                corrId,
                                MessageCodec.encode(new Response.Refused(r.opcode(), r.code(), "")),
                                Frame.WHOLE),
                        false);
            case Response.Pong p -> cut(corrId);
            case Response.Provided p -> cut(corrId);
            case Response.NodeRecord r -> cut(corrId);
            case Response.Root r -> cut(corrId);
        };
    }

    /** Seven kilobytes each: nearly always more than there is room for, and not worth writing to find that out. */
    private static int rootBytes(Response.Found f) {
        int bytes = 0;
        for (Encoded root : f.roots().values()) {
            bytes += root.length();
        }
        return bytes;
    }

    private static Fitted nodes(Response.Nodes n, long corrId, int room, int length) {
        int keep = Math.min(n.contacts().size() - 1, n.contacts().size() * room / length);
        while (keep > 0) {
            byte[] payload = MessageCodec.encode(new Response.Nodes(n.contacts().subList(0, keep)));
            if (payload.length <= room) {
                return new Fitted(frame(n.code(), corrId, payload, Frame.WHOLE), false);
            }
            keep--;
        }
        return cut(corrId);
    }

    private static Fitted found(Response.Found f, long corrId, int room) {
        List<Contact> contacts = f.contacts();
        byte[] payload = MessageCodec.encode(new Response.Found(f.records(), Map.of(), contacts));
        while (payload.length > room && !contacts.isEmpty()) {
            contacts = contacts.subList(0, contacts.size() - 1);
            payload = MessageCodec.encode(new Response.Found(f.records(), Map.of(), contacts));
        }
        return payload.length <= room && !(f.records().isEmpty() && contacts.isEmpty())
                ? new Fitted(frame(f.code(), corrId, payload, Frame.WHOLE), false)
                : cut(corrId);
    }

    private static Fitted cut(long corrId) {
        return new Fitted(frame(WireCode.Ok, corrId, new byte[0], Frame.START), true);
    }

    private static byte[] frame(WireCode code, long corrId, byte[] payload, int ends) {
        Frame whole = Frame.response(Frame.DHT, code, corrId, payload);
        return new Frame(
                        whole.flags() & ~Frame.WHOLE | ends,
                        whole.code(),
                        whole.appProto(),
                        0,
                        0,
                        corrId,
                        whole.cap(),
                        payload)
                .encode();
    }
}
