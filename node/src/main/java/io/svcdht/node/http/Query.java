package io.svcdht.node.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The parameters behind the question mark. Unknown ones are ignored, a known one may be given once. */
final class Query {
    private static final Query EMPTY = new Query(Map.of());
    private static final int PARAMETERS_MAX = 64;

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /** @throws ApiError if an escape is broken, or a name comes twice */
    static Query of(@Nullable String raw) {
        if (raw == null || raw.isEmpty()) {
            return EMPTY;
        }
        Map<String, String> values = new HashMap<>();
        for (String part : raw.split("&", PARAMETERS_MAX + 1)) {
            if (part.isEmpty()) {
                continue;
            }
            if (values.size() == PARAMETERS_MAX) {
                throw ApiError.badRequest("more than %d query parameters".formatted(PARAMETERS_MAX));
            }
            int eq = part.indexOf('=');
            String name = decode(eq < 0 ? part : part.substring(0, eq), true);
            if (values.put(name, eq < 0 ? "" : decode(part.substring(eq + 1), true)) != null) {
                throw ApiError.badRequest("a query parameter is given twice; give each once");
            }
        }
        return new Query(values);
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    boolean flag(String name) {
        String text = values.get(name);
        if (text == null) {
            return false;
        }
        return switch (text) {
            case "", "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw ApiError.badRequest(name + " must be true or false");
        };
    }

    /** A whole number of a range, empty where it is not given. */
    OptionalInt number(String name, int min, int max) {
        return values.containsKey(name) ? OptionalInt.of(number(name, min, min, max)) : OptionalInt.empty();
    }

    /** A whole number of a range. */
    int number(String name, int ifAbsent, int min, int max) {
        String text = values.get(name);
        if (text == null) {
            return ifAbsent;
        }
        try {
            int n = Integer.parseInt(text);
            if (n >= min && n <= max) {
                return n;
            }
        } catch (NumberFormatException e) {
            // Told below, with the range.
        }
        throw ApiError.badRequest("%s must be a whole number from %d to %d".formatted(name, min, max));
    }

    /** Percent-decodes strictly: broken escapes and bytes that are no UTF-8 are errors, not question marks. */
    static String decode(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && (!plusIsSpace || text.indexOf('+') < 0)) {
            return text;
        }
        byte[] out = new byte[text.length() * 3];
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
                if (low < 0) {
                    throw ApiError.badRequest("a percent sign in the URL is not followed by two hex digits");
                }
                out[at++] = (byte) (high << 4 | low);
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                out[at++] = ' ';
            } else if (c < 0x80) {
                out[at++] = (byte) c;
            } else {
                throw ApiError.badRequest("the URL holds a raw non-ASCII character; percent-encode it");
            }
        }
        return utf8(ByteBuffer.wrap(out, 0, at), "the URL");
    }

    /** Decodes strictly. */
    static String utf8(ByteBuffer bytes, String what) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw ApiError.badRequest(what + " is not valid UTF-8");
        }
    }
}
