package io.svcdht.node.http;

import io.svcdht.node.config.Role;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One way to call this node: what mounts the route and what describes it.
 *
 * @param path as in OpenAPI, with at most one {@code {variable}} segment, the last
 * @param role least role, null = anybody
 * @param id operationId
 * @param bodyType media type of the request body, if there is one
 * @param bodySchema name of the request body's schema, null = no body
 */
record Route(
        HttpMethod method,
        String path,
        @Nullable Role role,
        String id,
        String summary,
        List<Parameter> parameters,
        String bodyType,
        @Nullable String bodySchema,
        List<Answer> answers,
        Consumer<Exchange> handler) {
    static final String JSON = "application/json";
    static final String NDJSON = "application/x-ndjson";

    Route {
        parameters = List.copyOf(parameters);
        answers = List.copyOf(answers);
    }

    /** A route whose body, if any, is JSON. */
    Route(
            HttpMethod method,
            String path,
            @Nullable Role role,
            String id,
            String summary,
            List<Parameter> parameters,
            @Nullable String bodySchema,
            List<Answer> answers,
            Consumer<Exchange> handler) {
        this(method, path, role, id, summary, parameters, JSON, bodySchema, answers, handler);
    }

    /**
     * A query, path or header parameter.
     *
     * @param schema a JSON schema, inline
     */
    record Parameter(String name, String in, boolean required, String description, String schema) {
        static Parameter query(String name, String description, String schema) {
            return new Parameter(name, "query", false, description, schema);
        }

        static Parameter wanted(String name, String description, String schema) {
            return new Parameter(name, "query", true, description, schema);
        }

        static Parameter path(String name, String description) {
            return new Parameter(name, "path", true, description, "{\"type\":\"string\"}");
        }

        static Parameter header(String name, String description, String schema) {
            return new Parameter(name, "header", false, description, schema);
        }
    }

    /**
     * One possible answer.
     *
     * @param schema name of a schema, null = the media type says it all
     */
    record Answer(int status, String mediaType, @Nullable String schema, String description) {
        static Answer json(String schema, String description) {
            return new Answer(200, JSON, schema, description);
        }
    }

    boolean hasVariable() {
        return path.endsWith("}");
    }

    /** What comes before the variable segment. */
    String prefix() {
        return hasVariable() ? path.substring(0, path.indexOf('{')) : path;
    }
}
