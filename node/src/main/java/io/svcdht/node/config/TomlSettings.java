package io.svcdht.node.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The TOML file: flat, one line a key. */
final class TomlSettings {
    private static final long BYTES_MAX = 1 << 20;
    private static final Pattern NAME = Pattern.compile("^\\s*\\[*\\s*[\"']?([A-Za-z0-9_-]+)[\"']?\\s*[=.\\]]");

    private final String file;
    private final Consumer<Problem> problems;

    private TomlSettings(String file, Consumer<Problem> problems) {
        this.file = file;
        this.problems = problems;
    }

    /** The values of known keys by name; everything else in the file is a problem. */
    static Map<String, Raw> read(Path path, Consumer<Problem> problems) {
        TomlSettings settings = new TomlSettings(path.toString(), problems);
        try {
            if (!Files.isRegularFile(path)) {
                throw new IOException(Files.exists(path) ? "it is no file" : "it does not exist");
            }
            if (Files.size(path) > BYTES_MAX) {
                throw new IOException("it is larger than 1 MiB");
            }
            return settings.values(Files.readString(path));
        } catch (CharacterCodingException e) {
            problems.accept(new Problem(settings.at(0), "is not UTF-8"));
        } catch (IOException e) {
            problems.accept(new Problem(settings.at(0), "cannot be read: " + e.getMessage()));
        }
        return Map.of();
    }

    private Map<String, Raw> values(String text) {
        JsonNode root;
        try {
            root = new TomlMapper().readTree(text);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            problems.accept(new Problem(at(Math.max(0, line)), "is not TOML: " + e.getOriginalMessage()));
            return Map.of();
        }
        Map<String, Integer> lines = lines(text);
        Map<String, Raw> values = new HashMap<>();
        root.properties().forEach(property -> {
            Source source = at(lines.getOrDefault(property.getKey(), 0));
            ConfigKey<?> key = ConfigTable.byName(property.getKey());
            if (key == null) {
                problems.accept(new Problem(source, unknown(property.getKey(), property.getValue())));
            } else if (fits(key.type().form(), property.getValue())) {
                values.put(key.name(), new Raw(text(property.getValue()), source));
            } else {
                problems.accept(new Problem(
                        source,
                        "%s = %s must be %s; allowed is %s"
                                .formatted(
                                        key.name(),
                                        property.getValue(),
                                        named(key.type().form()),
                                        key.type().range())));
            }
        });
        return values;
    }

    private static String unknown(String name, JsonNode value) {
        return value.isObject()
                ? "[%s] is a table; all keys stand at the top".formatted(name)
                : name + " is not known" + Nearest.key(name);
    }

    private static boolean fits(ValueType.Form form, JsonNode value) {
        return switch (form) {
            case STRING -> value.isTextual();
            case INTEGER -> value.isIntegralNumber();
            case NUMBER -> value.isNumber();
            case BOOLEAN -> value.isBoolean();
            case STRINGS -> value.isTextual() || value instanceof ArrayNode array && isPlain(array);
        };
    }

    /** Strings without commas, since a comma parts them from here on. */
    private static boolean isPlain(ArrayNode array) {
        return array.valueStream().allMatch(v -> v.isTextual() && v.asText().indexOf(',') < 0);
    }

    private static String named(ValueType.Form form) {
        return switch (form) {
            case STRING -> "a string in quotes";
            case INTEGER -> "a whole number without quotes";
            case NUMBER -> "a number without quotes";
            case BOOLEAN -> "true or false without quotes";
            case STRINGS -> "an array of strings";
        };
    }

    private static String text(JsonNode value) {
        return value.isArray()
                ? String.join(",", value.valueStream().map(JsonNode::asText).toList())
                : value.asText();
    }

    /** Where each name first stands. The parser keeps no lines, and a flat file needs no more than this. */
    private static Map<String, Integer> lines(String text) {
        Map<String, Integer> lines = new HashMap<>();
        List<String> all = text.lines().toList();
        for (int i = 0; i < all.size(); i++) {
            Matcher m = NAME.matcher(all.get(i));
            if (m.find()) {
                lines.putIfAbsent(m.group(1), i + 1);
            }
        }
        return lines;
    }

    private Source at(int line) {
        return new Source.TomlFile(file, line);
    }
}
