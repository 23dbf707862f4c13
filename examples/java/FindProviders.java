import module java.net.http;

/**
 * Asks a node who provides content, and prints a provider a line.
 *
 * <p>Usage: {@code java FindProviders.java API CID [DEADLINE_MILLIS]}, for instance
 * {@code java FindProviders.java http://127.0.0.1:5301 b3:hello}. Exit codes: 0 found, 1 nobody provides it, 2 bad usage,
 * 3 not known, because the time did not suffice or the node refused.
 */
void main(String... args) throws Exception {
    if (args.length < 2 || args.length > 3) {
        System.err.println("usage: java FindProviders.java API CID [DEADLINE_MILLIS]");
        System.exit(2);
    }
    // URLEncoder is for forms: in a path a space is %20.
    String cid = URLEncoder.encode(args[1], StandardCharsets.UTF_8).replace("+", "%20");
    String query = args.length > 2 ? "?deadline_ms=" + args[2] : "";
    HttpRequest request = HttpRequest.newBuilder(URI.create(args[0] + "/dht/find_providers/" + cid + query))
            .timeout(Duration.ofSeconds(70))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            System.err.println(answer.body());
            System.exit(3);
        }
        List<String> providers = texts(answer.body(), "providers");
        providers.forEach(IO::println);
        System.exit(providers.isEmpty() ? 1 : 0);
    }
}

/** The strings of an array; a JSON library would do, but this file wants none. */
List<String> texts(String json, String name) {
    Matcher array = Pattern.compile("\"" + name + "\":\\[((?:\"(?:[^\"\\\\]|\\\\.)*\",?)*)\\]").matcher(json);
    List<String> texts = new ArrayList<>();
    if (array.find()) {
        Matcher text = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(array.group(1));
        while (text.find()) {
            // No text holds a control character, so that quotes and backslashes are all there is to undo.
            texts.add(text.group(1).replaceAll("\\\\(.)", "$1"));
        }
    }
    return texts;
}
