package io.svcdht.console.fleet;

import io.svcdht.storage.model.NodeId;
import java.util.List;
import java.util.Map;

/**
 * What a node says of itself beside its journal.
 *
 * @param label how people call it: the directory or the address it was read from
 * @param version of its program, empty = not told
 * @param network the network id, empty = not told
 * @param http where its API is, empty = not told
 * @param shippedPosition the last event it handed over; -1 = not told
 * @param records it holds; -1 = not told
 * @param contacts it has; -1 = not told
 * @param state ready, booting or degraded; empty = not told
 * @param atMillis when it said so, by its own clock; 0 = not told
 * @param lost events its journal gave up before they were handed over, since its start
 * @param heardMillis when it said so, by our clock; 0 = not heard but read
 * @param settings in force, redacted; empty = not told
 * @param notes what is to be known of its records here, as sentences
 */
public record NodeCard(
        NodeId node,
        String label,
        String version,
        String git,
        String network,
        String http,
        long lastPosition,
        long shippedPosition,
        long records,
        long contacts,
        String state,
        long atMillis,
        long lost,
        long heardMillis,
        Map<String, String> settings,
        List<String> notes) {
    public NodeCard {
        settings = Map.copyOf(settings);
        notes = List.copyOf(notes);
    }

    /** Of a node that said nothing. */
    public static NodeCard silent(NodeId node) {
        return new NodeCard(node, "", "", "", "", "", -1, -1, -1, -1, "", 0, 0, 0, Map.of(), List.of());
    }
}
