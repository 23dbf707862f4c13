package io.svcdht.console.view;

import io.svcdht.node.view.Json;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.ProviderView;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A page of records in an order that an index gives: by expiry, by content id, or one publisher's by content id. What
 * no index gives, a locator's records, is looked for within a budget, and the page says how far it came. Pages go on
 * behind the last record seen, so that what comes and goes between two of them makes no gap.
 */
final class ProviderList {
    static final int ROWS = 50;

    /** Records of one content id on a page; its own page has more. */
    private static final int HOLDERS_MAX = 20;

    private static final int WALKED_BY_ITSELF_MAX = 50_000;
    private static final int CHUNK = 256;
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*(s|m|min|h|d)");

    private final ProviderView providers;
    private final String sort;
    private final @Nullable NodeId publisher;
    private final String locator;
    private final boolean withdrawn;
    private final long until;
    private final @Nullable Key only;

    private ProviderList(
            ProviderView providers,
            String sort,
            @Nullable NodeId publisher,
            String locator,
            boolean withdrawn,
            long until,
            @Nullable Key only) {
        this.providers = providers;
        this.sort = sort;
        this.publisher = publisher;
        this.locator = locator;
        this.withdrawn = withdrawn;
        this.until = until;
        this.only = only;
    }

    /**
     * A page.
     *
     * @param seen records looked at for it
     * @param after where the next page begins, empty = there is none
     * @param spent whether the budget ended it
     */
    record Part(List<StoredRecord> records, long seen, String after, boolean spent) {
        Part {
            records = List.copyOf(records);
        }
    }

    static ProviderList of(Visit visit, Scene scene) {
        String node = visit.text("node").orElse("");
        boolean self = node.equals("self");
        NodeId publisher = self ? visit.node().id() : node.startsWith(NodeId.PREFIX) ? Asking.node(node) : null;
        long until = visit.text("expires_before")
                .map(t -> until(t, scene.nowMillis()))
                .orElse(Long.MAX_VALUE);
        return new ProviderList(
                scene.providers(),
                visit.oneOf("sort", orders(scene)),
                publisher,
                publisher == null ? node : "",
                visit.text("withdrawn").isPresent(),
                until,
                visit.text("cid").map(c -> Asking.content(visit, c).key()).orElse(null));
    }

    /**
     * The orders one can ask for, the usual one first. A state of the past has no index by expiry: the whole of a large
     * one is walked through for it, so that it has to be asked for.
     */
    static List<String> orders(Scene scene) {
        return scene.past() && scene.providers().records() > WALKED_BY_ITSELF_MAX
                ? List.of("cid", "expiry")
                : List.of("expiry", "cid");
    }

    private static long until(String text, long now) {
        Matcher m = DURATION.matcher(text);
        if (m.matches()) {
            long n = Long.parseLong(m.group(1));
            long unit =
                    switch (m.group(2)) {
                        case "s" -> 1_000;
                        case "h" -> 3_600_000;
                        case "d" -> 86_400_000;
                        default -> 60_000;
                    };
            return now + n * unit;
        }
        try {
            return Json.millis(text);
        } catch (IllegalArgumentException e) {
            throw PageRefused.badRequest(
                    "expires_before is a time from now such as 30m, 2h or 1d, or an instant such as 2026-11-23T14:41:37Z.");
        }
    }

    /** Everything, page by page, however long it takes. */
    static void walk(Visit visit, Consumer<StoredRecord> each) {
        Scene.look(visit, scene -> {
            ProviderList list = of(visit, scene);
            String after = "";
            do {
                Part part = list.part(after, CHUNK, () -> false);
                part.records().forEach(each);
                scene.budget().check();
                after = part.after();
            } while (!after.isEmpty());
            return after;
        });
    }

    Part part(String after, int rows, BooleanSupplier spent) {
        Key key = only;
        if (key != null) {
            Holders holders = providers.holdersOf(key);
            return new Part(
                    holders.records().stream().filter(this::wanted).limit(1000).toList(), holders.size(), "", false);
        }
        return publisher == null && sort.equals("expiry") ? byExpiry(after, rows, spent) : byKey(after, rows, spent);
    }

    private boolean wanted(StoredRecord r) {
        return (withdrawn || !r.tombstone())
                && r.endsAtMillis() < until
                && (locator.isEmpty() || r.record().locator().equals(locator))
                && (publisher == null || r.record().publisher().equals(publisher));
    }

    private Part byExpiry(String after, int rows, BooleanSupplier spent) {
        long millis = 0;
        long position = -1;
        int dot = after.indexOf('.');
        if (dot > 0) {
            millis = number(after.substring(0, dot));
            position = number(after.substring(dot + 1));
        } else if (!after.isEmpty()) {
            throw badCursor();
        }
        List<StoredRecord> found = new ArrayList<>();
        long seen = 0;
        while (true) {
            List<StoredRecord> chunk = providers.byExpiry(millis, position, CHUNK);
            for (StoredRecord r : chunk) {
                if (r.endsAtMillis() >= until) {
                    return new Part(found, seen, "", false);
                }
                if (found.size() == rows) {
                    return new Part(found, seen, millis + "." + position, false);
                }
                seen++;
                millis = r.endsAtMillis();
                position = r.position();
                if (wanted(r)) {
                    found.add(r);
                }
            }
            if (chunk.size() < CHUNK) {
                return new Part(found, seen, "", false);
            }
            if (found.size() < rows && spent.getAsBoolean()) {
                return new Part(found, seen, millis + "." + position, true);
            }
        }
    }

    private Part byKey(String after, int rows, BooleanSupplier spent) {
        Key key = after.isEmpty() ? null : key(after);
        List<StoredRecord> found = new ArrayList<>();
        long seen = 0;
        while (true) {
            NodeId of = publisher;
            List<Holders> chunk = of == null ? providers.page(key, CHUNK) : providers.publishedBy(of, key, CHUNK);
            for (Holders holders : chunk) {
                if (found.size() >= rows) {
                    return new Part(found, seen, key == null ? "" : key.hex(), false);
                }
                key = holders.key();
                seen += holders.size();
                holders.records().stream()
                        .filter(this::wanted)
                        .limit(rows == ROWS ? HOLDERS_MAX : Integer.MAX_VALUE)
                        .forEach(found::add);
            }
            if (chunk.size() < CHUNK) {
                return new Part(found, seen, "", false);
            }
            if (found.size() < rows && spent.getAsBoolean()) {
                return new Part(found, seen, key == null ? "" : key.hex(), true);
            }
        }
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw badCursor();
        }
    }

    private static Key key(String hex) {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw badCursor();
        }
        return Key.parseHex(hex);
    }

    private static PageRefused badCursor() {
        return PageRefused.badRequest("This is no place where a page begins. Follow the links from page to page.");
    }
}
