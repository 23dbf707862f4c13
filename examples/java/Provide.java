import module java.net.http;

/**
 * Announces that content can be had, waits until other nodes hold the announcement, and says how many do.
 *
 * <p>Usage: {@code java Provide.java API CID [LOCATOR [TTL_SECONDS]]}, for instance
 * {@code java Provide.java http://127.0.0.1:5301 b3:hello local://shelf-3 600}. Exit codes: 0 announced, 1 refused, 2 bad usage.
 */
void main(String... args) throws Exception {
    if (args.length < 2 || args.length > 4) {
        System.err.println("usage: java Provide.java API CID [LOCATOR [TTL_SECONDS]]");
        System.exit(2);
    }
    // Without a locator the node itself is the provider.
    String body = "{\"cid\":%s,\"node\":%s,\"ttl_secs\":%d}"
            .formatted(
                    json(args[1]), json(args.length > 2 ? args[2] : "self"), args.length > 3 ? Integer.parseInt(args[3]) : 600);
    HttpRequest request = HttpRequest.newBuilder(URI.create(args[0] + "/dht/provide?wait=replicated"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(30))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            // A problem of RFC 9457: type, title, status, detail and one of a closed set of codes.
            System.err.println(answer.body());
            System.exit(1);
        }
        IO.println(answer.body());
    }
}

/** A JSON string. */
String json(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
        out.append(c == '"' || c == '\\' || c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
    }
    return out.append('"').toString();
}
