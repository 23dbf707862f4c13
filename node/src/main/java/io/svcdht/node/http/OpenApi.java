package io.svcdht.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.svcdht.node.http.Route.Answer;
import io.svcdht.node.http.Route.Parameter;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Describes the routes as OpenAPI 3.1; the schemas stand in a file beside this class. */
final class OpenApi {
    private static final String PROBLEM = "Problem";

    private OpenApi() {}

    /** The description of the routes and of its own. */
    static Buffer describe(List<Route> routes) {
        List<Route> all = new ArrayList<>(routes);
        all.add(Routes.openApi(x -> {}));
        Map<String, List<Route>> byPath = new LinkedHashMap<>();
        all.forEach(
                r -> byPath.computeIfAbsent(r.path(), p -> new ArrayList<>()).add(r));
        return Exchange.bytes(g -> {
            g.writeStartObject();
            g.writeStringField("openapi", "3.1.0");
            g.writeObjectFieldStart("info");
            g.writeStringField("title", "svc-dht");
            g.writeStringField("version", "1");
            g.writeStringField("description", "Announce and find who provides a content id; look into the journal.");
            g.writeEndObject();
            g.writeObjectFieldStart("paths");
            for (Map.Entry<String, List<Route>> e : byPath.entrySet()) {
                g.writeObjectFieldStart(e.getKey());
                for (Route r : e.getValue()) {
                    operation(g, r);
                }
                g.writeEndObject();
            }
            g.writeEndObject();
            g.writeObjectFieldStart("components");
            g.writeFieldName("schemas");
            g.writeRawValue(schemas());
            g.writeObjectFieldStart("securitySchemes");
            g.writeObjectFieldStart("token");
            g.writeStringField("type", "http");
            g.writeStringField("scheme", "bearer");
            g.writeStringField("description", "Needed off loopback, and wherever admin_token_file is set.");
            g.writeEndObject();
            g.writeEndObject();
            g.writeEndObject();
            g.writeEndObject();
        });
    }

    private static void operation(JsonGenerator g, Route r) throws IOException {
        g.writeObjectFieldStart(r.method().name().toLowerCase(Locale.ROOT));
        g.writeStringField("operationId", r.id());
        g.writeStringField("summary", r.summary());
        g.writeArrayFieldStart("security");
        if (r.role() != null) {
            g.writeStartObject();
            g.writeArrayFieldStart("token");
            g.writeString(r.role().text());
            g.writeEndArray();
            g.writeEndObject();
        }
        g.writeEndArray();
        if (!r.parameters().isEmpty()) {
            g.writeArrayFieldStart("parameters");
            for (Parameter p : r.parameters()) {
                parameter(g, p);
            }
            g.writeEndArray();
        }
        if (r.bodySchema() != null) {
            g.writeObjectFieldStart("requestBody");
            g.writeBooleanField("required", true);
            content(g, r.bodyType(), r.bodySchema());
            g.writeEndObject();
        }
        responses(g, r.answers());
        g.writeEndObject();
    }

    private static void parameter(JsonGenerator g, Parameter p) throws IOException {
        g.writeStartObject();
        g.writeStringField("name", p.name());
        g.writeStringField("in", p.in());
        g.writeBooleanField("required", p.required());
        g.writeStringField("description", p.description());
        g.writeFieldName("schema");
        g.writeRawValue(p.schema());
        g.writeEndObject();
    }

    private static void responses(JsonGenerator g, List<Answer> answers) throws IOException {
        Map<Integer, List<Answer>> byStatus = new LinkedHashMap<>();
        answers.forEach(a ->
                byStatus.computeIfAbsent(a.status(), s -> new ArrayList<>()).add(a));
        g.writeObjectFieldStart("responses");
        for (Map.Entry<Integer, List<Answer>> e : byStatus.entrySet()) {
            g.writeObjectFieldStart(e.getKey().toString());
            g.writeStringField(
                    "description",
                    String.join(
                            "; ", e.getValue().stream().map(Answer::description).toList()));
            g.writeObjectFieldStart("content");
            for (Answer a : e.getValue()) {
                g.writeObjectFieldStart(a.mediaType());
                if (a.schema() != null) {
                    reference(g, a.schema());
                }
                g.writeEndObject();
            }
            g.writeEndObject();
            g.writeEndObject();
        }
        g.writeObjectFieldStart("default");
        g.writeStringField("description", "a problem, with a detail one can act on");
        content(g, "application/problem+json", PROBLEM);
        g.writeEndObject();
        g.writeEndObject();
    }

    private static void content(JsonGenerator g, String mediaType, String schema) throws IOException {
        g.writeObjectFieldStart("content");
        g.writeObjectFieldStart(mediaType);
        reference(g, schema);
        g.writeEndObject();
        g.writeEndObject();
    }

    private static void reference(JsonGenerator g, String schema) throws IOException {
        g.writeObjectFieldStart("schema");
        g.writeStringField("$ref", "#/components/schemas/" + schema);
        g.writeEndObject();
    }

    private static String schemas() {
        try (InputStream in = OpenApi.class.getResourceAsStream("schemas.json")) {
            if (in == null) {
                throw new IllegalStateException("schemas.json is not beside " + OpenApi.class);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("schemas.json cannot be read", e);
        }
    }
}
