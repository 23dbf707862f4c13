package io.svcdht.console.view;

import io.svcdht.console.view.Overview.Fact;
import io.svcdht.node.Node;
import io.svcdht.node.Shipping;
import io.svcdht.node.Shipping.Trouble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What becomes of the journal that is shipped, where somebody asked for that. */
final class ShippingFacts {
    private ShippingFacts() {}

    static List<Fact> of(Node node) {
        Shipping.Status s = node.shipping().status();
        if (s.phase() == Shipping.Phase.OFF) {
            return List.of();
        }
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("State", state(s, node.nowMillis())));
        if (!s.why().isEmpty()) {
            facts.add(new Fact("Because", s.why()));
        }
        facts.add(
                new Fact("Shipped up to", s.shippedPosition() == 0 ? "nothing yet" : Say.number(s.shippedPosition())));
        facts.add(new Fact("Not shipped yet", Say.count(s.lagEvents(), "event", "events")));
        facts.add(new Fact(
                "Since the start",
                "%s, %s, %s"
                        .formatted(
                                Say.count(s.events(), "event", "events"),
                                Say.count(s.traces(), "lookup", "lookups"),
                                Say.count(s.cards(), "card", "cards"))));
        if (s.lost() > 0) {
            facts.add(new Fact("Given up unshipped", Say.count(s.lost(), "event", "events")));
        }
        if (s.leaders() > 0) {
            facts.add(new Fact("Changes of the leading broker", Say.number(s.leaders())));
        }
        if (!s.failures().isEmpty()) {
            facts.add(new Fact("Failures since the start", failures(s)));
        }
        return facts;
    }

    private static String state(Shipping.Status s, long nowMillis) {
        String what =
                switch (s.phase()) {
                    case OFF -> "off";
                    case CONNECTING -> "looking for where to go on";
                    case SHIPPING -> "shipping";
                    case AWAY -> "Kafka is away";
                    case REFUSED -> "stopped until somebody mends it";
                };
        return "%s, for %s".formatted(what, Say.duration(nowMillis - s.sinceMillis()));
    }

    private static String failures(Shipping.Status s) {
        return Arrays.stream(Trouble.values())
                .filter(t -> s.failures(t) > 0)
                .map(t -> "%s %s"
                        .formatted(t.name().toLowerCase(Locale.ROOT).replace('_', ' '), Say.number(s.failures(t))))
                .collect(Collectors.joining(", "));
    }
}
