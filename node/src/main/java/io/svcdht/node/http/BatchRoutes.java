package io.svcdht.node.http;

import io.svcdht.node.Node;
import io.svcdht.node.error.ErrorCode;

/** Many provides, and many finds, in one request. */
final class BatchRoutes {
    private BatchRoutes() {}

    /** {@code POST /dht/provide/batch} */
    static void provide(Exchange x) {
        Node.Status status = x.node().status();
        if (!status.ready()) {
            throw ApiError.of(ErrorCode.NotReady, "this node takes no writes now: " + status.readinessReason());
        }
        ProvideLines lines = new ProvideLines(x.node().id());
        BatchStream.start(x, (stream, firstLine) -> new ProvidePortion(stream, firstLine, lines));
    }

    /** {@code POST /dht/find_providers} */
    static void find(Exchange x) {
        int limit = x.query().number("limit", FindRoutes.PROVIDERS_DEFAULT, 1, FindRoutes.PROVIDERS_MAX);
        boolean records = x.query().flag("records");
        boolean local = x.query().flag("local");
        FindLines lines = new FindLines(x.node().id());
        BatchStream.start(x, (stream, firstLine) -> new FindPortion(stream, firstLine, lines, limit, records, local));
    }
}
