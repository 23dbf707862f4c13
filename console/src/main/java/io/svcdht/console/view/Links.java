package io.svcdht.console.view;

import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Where things are, as seen from one page: always relative, so that the console works below any path, and always
 * carrying the moment the reader looks at.
 *
 * @param root how to get from the page to the console's own directory, {@code ./} or {@code ../}
 * @param at the moment as it was asked for, empty = live
 */
public record Links(String root, String at) {
    /** The page at {@code path} below the console, which may carry a query already. */
    public String to(String path) {
        return with(root + path, "at", at);
    }

    /** The same at another moment; empty = live. */
    public String to(String path, String moment) {
        return with(root + path, "at", moment);
    }

    public String event(long position) {
        return to("journal/" + position);
    }

    public String content(Key key) {
        return to("providers/" + ContentId.canonical(key));
    }

    public String peer(NodeId node) {
        return to("peers/" + node.text());
    }

    public String bucket(int bucket) {
        return to("buckets/" + bucket);
    }

    /** {@code href} with one more parameter; an empty value leaves it out. */
    public static String with(String href, String name, String value) {
        if (value.isEmpty()) {
            return href;
        }
        return href + (href.indexOf('?') < 0 ? '?' : '&') + name + '=' + encoded(value);
    }

    public static String encoded(String text) {
        // A colon may stand in a query as it is, and positions and ids are full of them.
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("%3A", ":")
                .replace("+", "%20");
    }
}
