package io.svcdht.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;

/** What the description of the HTTP API says of each request and its bodies, as tables for readers. */
final class RequestTables {
    private final StringBuilder out = new StringBuilder();
    private final JsonNode schemas;

    private RequestTables(JsonNode api) {
        schemas = api.path("components").path("schemas");
    }

    static String of(JsonNode api) {
        RequestTables tables = new RequestTables(api);
        for (Map.Entry<String, JsonNode> path : api.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                tables.request(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), method.getValue());
            }
        }
        tables.out.append("## Bodies\n\n");
        tables.schemas.properties().forEach(s -> tables.schema(s.getKey(), s.getValue()));
        return tables.out.toString().strip() + "\n";
    }

    private void request(String name, JsonNode r) {
        out.append("### %s\n\n%s.\n\n".formatted(name, r.path("summary").asText()));
        JsonNode parameters = r.path("parameters");
        if (!parameters.isEmpty()) {
            out.append("| parameter | in | type | meaning |\n|---|---|---|---|\n");
            parameters.forEach(p -> out.append("| `%s`%s | %s | %s | %s |\n"
                    .formatted(
                            p.path("name").asText(),
                            p.path("required").asBoolean() ? " (required)" : "",
                            p.path("in").asText(),
                            type(p.path("schema")),
                            cell(p.path("description").asText()))));
            out.append("\n");
        }
        body("Request", r.path("requestBody"));
        r.path("responses").properties().forEach(a -> {
            if (!a.getKey().equals("default")) {
                body("Answer " + a.getKey(), a.getValue());
            }
        });
    }

    private void body(String what, JsonNode body) {
        if (body.isMissingNode()) {
            return;
        }
        List<String> forms = new ArrayList<>();
        body.path("content").properties().forEach(c -> {
            String schema = type(c.getValue().path("schema"));
            forms.add("`" + c.getKey() + "`" + (schema.isEmpty() ? "" : " of " + schema));
        });
        String description = body.path("description").asText();
        out.append("%s: %s\n\n"
                .formatted(
                        what,
                        String.join(
                                description.isEmpty() || forms.isEmpty() ? "" : "; ",
                                description,
                                String.join(" or ", forms))));
    }

    private void schema(String name, JsonNode schema) {
        out.append("### %s\n\n".formatted(name));
        if (schema.has("description")) {
            out.append(schema.path("description").asText()).append("\n\n");
        }
        if (!schema.has("properties")) {
            return;
        }
        List<String> required = StreamSupport.stream(schema.path("required").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        out.append("| member | type | meaning |\n|---|---|---|\n");
        schema.path("properties")
                .properties()
                .forEach(p -> out.append("| `%s`%s | %s | %s |\n"
                        .formatted(
                                p.getKey(),
                                required.contains(p.getKey()) ? "" : " (may be absent)",
                                type(p.getValue()),
                                cell(p.getValue().path("description").asText()))));
        out.append("\n");
    }

    /** {@code integer 1…1000, 100 when absent}, say. */
    private static String type(JsonNode schema) {
        if (schema.has("$ref")) {
            String name = schema.path("$ref").asText().replaceAll(".*/", "");
            return "[%s](#%s)".formatted(name, name.toLowerCase(Locale.ROOT));
        }
        if (schema.has("enum")) {
            List<String> values = new ArrayList<>();
            schema.path("enum").forEach(v -> values.add("`" + v.asText() + "`"));
            return String.join(", ", values);
        }
        String type = schema.path("type").asText();
        if (type.equals("array")) {
            return "list of " + type(schema.path("items"));
        }
        String format = schema.path("format").asText();
        String range = schema.has("minimum")
                ? " %s…%s"
                        .formatted(
                                schema.path("minimum").asText(),
                                schema.path("maximum").asText(""))
                : "";
        String absent = schema.has("default") ? ", " + schema.path("default").asText() + " when absent" : "";
        return type + (format.isEmpty() ? "" : " (" + format + ")") + range + absent;
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
