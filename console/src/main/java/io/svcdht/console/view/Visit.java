package io.svcdht.console.view;

import io.svcdht.node.Node;
import io.svcdht.node.config.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * One reader's request for one page.
 *
 * @param notebook what the console keeps between pages
 * @param address host and port the page was asked at
 * @param path below the console, without a slash at its beginning; empty = the overview
 * @param params the query, each name once
 * @param caller who asks
 * @param spent true once walks over records or events have taken their time
 */
public record Visit(
        Node node,
        Notebook notebook,
        String address,
        String path,
        Map<String, String> params,
        Caller caller,
        BooleanSupplier spent) {
    /** Longest value of a parameter, characters: four times what an id may have. */
    private static final int VALUE_CHARS_MAX = 2048;

    public Visit {
        params = Map.copyOf(params);
    }

    /**
     * Who asks, and what they may do.
     *
     * @param csrf what a form of theirs must carry
     * @param session whether a cookie says who they are, so that they can sign out
     */
    public record Caller(Role role, String csrf, boolean session, boolean readOnly) {
        /** Whether the route layer would let them write; templates ask the same. */
        public boolean may(Role needed) {
            return role.covers(needed) && (needed == Role.VIEWER || !readOnly);
        }

        /** Whether records may be withdrawn, and peers asked: what templates ask. */
        public boolean mayWrite() {
            return may(Role.OPERATOR);
        }

        /** Whether settings may be changed: what templates ask. */
        public boolean mayConfigure() {
            return may(Role.ADMIN);
        }
    }

    /** Trimmed; empty where it is absent or blank, as a form's empty field is. */
    public Optional<String> text(String name) {
        String value = params.getOrDefault(name, "").strip();
        if (value.length() > VALUE_CHARS_MAX) {
            throw PageRefused.badRequest(
                    "%s is %,d characters long; at most %,d are read".formatted(name, value.length(), VALUE_CHARS_MAX));
        }
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    public long number(String name, long ifAbsent, long min, long max) {
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

    /** One of some words, the first where it is absent. */
    public String oneOf(String name, List<String> words) {
        String word = text(name).orElse(words.getFirst());
        if (!words.contains(word)) {
            throw PageRefused.badRequest("%s is one of %s".formatted(name, String.join(", ", words)));
        }
        return word;
    }

    /** The same with some fields of a form in place of the query; the form's other fields are nobody's business. */
    public Visit asking(Map<String, String> form, String... names) {
        TreeMap<String, String> asked = new TreeMap<>();
        for (String name : names) {
            asked.put(name, form.getOrDefault(name, ""));
        }
        return new Visit(node, notebook, address, path, asked, caller, spent);
    }

    /** Whether this reader may ask others now: a node without a network has none to ask. */
    boolean mayAskOthers() {
        return caller.mayWrite() && node.network().isPresent();
    }

    /** The last segment of the path. */
    public String lastSegment() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** This page with some parameters set anew, given as name, value, name, value; an empty value leaves one out. */
    public String here(String... changes) {
        TreeMap<String, String> all = new TreeMap<>(params);
        for (int i = 0; i < changes.length; i += 2) {
            all.put(changes[i], changes[i + 1]);
        }
        String href = links().root() + path;
        for (var p : all.entrySet()) {
            href = Links.with(href, p.getKey(), p.getValue().strip());
        }
        return href;
    }

    public Links links() {
        String at = params.getOrDefault("at", "").strip();
        return new Links(rootOf(path), at.equals("live") ? "" : at);
    }

    /** How to get from a path below the console to the console's own directory. */
    public static String rootOf(String path) {
        int depth = (int) path.chars().filter(c -> c == '/').count();
        return depth == 0 ? "./" : "../".repeat(depth);
    }
}
