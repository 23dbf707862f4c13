package io.svcdht.console.view;

import io.svcdht.console.fleet.FleetPlace;
import io.svcdht.console.fleet.FleetStore;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.view.Json;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a reader asked a fleet's pages.
 *
 * @param path below the console, without a slash at its beginning
 * @param params of the query, the first of each name
 */
public record FleetVisit(
        FleetStore store, FleetPlace place, String path, Map<String, String> params, Visit.Caller caller) {
    private static final int VALUE_CHARS_MAX = 2048;

    public FleetVisit {
        params = Map.copyOf(params);
    }

    /** Trimmed; empty where it is absent or blank. */
    Optional<String> text(String name) {
        String value = params.getOrDefault(name, "").strip();
        if (value.length() > VALUE_CHARS_MAX) {
            throw PageRefused.badRequest(
                    "%s is %,d characters long; at most %,d are read".formatted(name, value.length(), VALUE_CHARS_MAX));
        }
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    long number(String name, long ifAbsent, long min, long max) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return ifAbsent;
        }
        try {
            long n = Long.parseLong(text.get());
            if (n >= min && n <= max) {
                return n;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw PageRefused.badRequest("%s must be a whole number from %,d to %,d".formatted(name, min, max));
    }

    /** A moment; only a time means the same to all nodes, each by its own clock. */
    Optional<Long> moment(String name) {
        return text(name).filter(t -> !t.equals("live")).map(text -> {
            long millis;
            try {
                millis = Json.millis(text);
            } catch (IllegalArgumentException e) {
                throw PageRefused.badRequest(
                        "%s is a time such as 2026-01-31T12:00:00Z; positions are those of one node, on its own pages"
                                .formatted(name));
            }
            if (millis > place.now().getAsLong()) {
                throw PageRefused.of(
                        ErrorCode.FuturePosition,
                        "%s is later than the last that is known, %s."
                                .formatted(Say.moment(millis), Say.moment(now())));
            }
            return millis;
        });
    }

    /** Whether a moment before the last was asked for. */
    boolean past() {
        return moment("at").isPresent();
    }

    /** The moment that is shown. */
    long millis() {
        return moment("at").orElseGet(this::now);
    }

    long now() {
        return place.now().getAsLong();
    }

    ContentId content(String text) {
        try {
            return ContentId.parse(text, true);
        } catch (IllegalArgumentException e) {
            throw PageRefused.badRequest(String.valueOf(e.getMessage()));
        }
    }

    /** The last segment of the path. */
    String lastSegment() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    String root() {
        return Visit.rootOf(path);
    }

    /** A page below the console, of the same moment. */
    String to(String below) {
        return Links.with(root() + below, "at", text("at").orElse(""));
    }

    /** A page of one node's own console, of the same moment. */
    String toNode(String node, String below) {
        return to(ofNode(node) + below);
    }

    /** Where one node's own console is: by its digits, for a colon means something else to a router. */
    static String ofNode(String node) {
        return "nodes/" + node.substring(NodeId.PREFIX.length()) + "/";
    }

    /** This page with some parameters set anew, given as name, value, name, value; an empty value leaves one out. */
    String here(String... changes) {
        TreeMap<String, String> all = new TreeMap<>(params);
        for (int i = 0; i < changes.length; i += 2) {
            all.put(changes[i], changes[i + 1]);
        }
        String href = root() + path;
        for (var p : all.entrySet()) {
            href = Links.with(href, p.getKey(), p.getValue().strip());
        }
        return href;
    }

    static final List<String> OF_A_LIST = List.of("at", "before", "format");
}
