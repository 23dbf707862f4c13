package io.svcdht.console.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.shipping.Delivery;
import io.svcdht.node.shipping.ShippedTopics;
import io.svcdht.node.view.EventJson;
import io.svcdht.node.view.TraceJson;
import io.svcdht.storage.model.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fleet cat}: what is on the topics, decoded. */
@Command(
        description = {
            "Show what nodes shipped to Kafka as JSON, a line each: {\"node\",\"epoch\",\"event\"}, where event is as"
                    + " journal cat --json writes it, {\"node\",\"epoch\",\"lookup\"} and {\"node\",\"card\"}.",
            "Each event and lookup comes once; events of one node in the order of its journal."
        })
final class FleetCat implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration WAIT = Duration.ofMillis(200);

    private final Io io;

    /** What is on the topics. */
    enum Kind {
        EVENTS,
        LOOKUPS,
        CARDS
    }

    @Mixin
    EventFilter filter = new EventFilter();

    @Option(names = "--config", paramLabel = "FILE", description = "A TOML file that says where Kafka is.")
    @Nullable
    String config;

    @Option(names = "--kafka-servers", paramLabel = "LIST", description = "Where Kafka is met first.")
    @Nullable
    String servers;

    @Option(names = "--kafka-prefix", paramLabel = "TEXT", description = "What the names of the topics begin with.")
    @Nullable
    String prefix;

    @Option(names = "--kafka-properties", paramLabel = "FILE", description = "More of Kafka's client.")
    @Nullable
    String properties;

    @Option(
            names = "--only",
            paramLabel = "KIND",
            split = ",",
            description = "events, lookups, cards, or some of them; events without it.")
    List<String> only = List.of("events");

    @Option(names = "--node", paramLabel = "ID", description = "Only what this node shipped.")
    @Nullable
    String node;

    @Option(names = "--follow", description = "Go on with what comes, until Ctrl-C.")
    boolean follow;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    FleetCat(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        filter.checked();
        EnumSet<Kind> kinds = kinds();
        NodeId wanted = wanted();
        NodeConfig settings = FleetCommand.config(io, flags());
        ShippedTopics topics = FleetCommand.topics(settings, "svc-dht fleet cat");
        try (ShippedTopics.Reading reading = topics.open(settings.kafka())) {
            Map<String, Long> ends = reading.ends();
            while (follow || !reading.reached(ends)) {
                for (Delivery d : reading.poll(WAIT)) {
                    if (wanted == null || wanted.equals(d.node())) {
                        show(d, kinds);
                    }
                }
                io.out().flush();
                if (io.closed() || Thread.currentThread().isInterrupted()) {
                    break;
                }
            }
            reading.complaints().forEach(c -> io.say(Clean.text(c)));
            return ExitCode.OK;
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitCode.FAILED,
                    "Kafka at %s does not answer: %s"
                            .formatted(settings.kafka().servers(), Clean.text(String.valueOf(e.getMessage()))),
                    e);
        }
    }

    private EnumSet<Kind> kinds() {
        EnumSet<Kind> kinds = EnumSet.noneOf(Kind.class);
        for (String k : only) {
            try {
                kinds.add(Kind.valueOf(k.strip().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new CommandFailed(
                        ExitCode.USAGE, "--only is of events, lookups, cards, not \"%s\"".formatted(Clean.text(k)), e);
            }
        }
        return kinds;
    }

    private @Nullable NodeId wanted() {
        try {
            return node == null ? null : NodeId.parse(node);
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, "--node is n3: and 64 hex digits", e);
        }
    }

    private Flags flags() {
        List<String> given = new ArrayList<>();
        add(given, Flags.CONFIG, config);
        add(given, "--kafka-servers", servers);
        add(given, "--kafka-prefix", prefix);
        add(given, "--kafka-properties", properties);
        return Flags.parse(given);
    }

    private static void add(List<String> to, String name, @Nullable String value) {
        if (value != null) {
            to.add(name + "=" + value);
        }
    }

    private void show(Delivery delivery, EnumSet<Kind> kinds) {
        switch (delivery) {
            case Delivery.Event e -> {
                if (kinds.contains(Kind.EVENTS) && filter.shows(e.entry())) {
                    io.json(g -> {
                        begin(g, e.node()).writeNumberField("epoch", e.epoch());
                        g.writeFieldName("event");
                        EventJson.write(g, e.entry());
                        g.writeEndObject();
                    });
                }
            }
            case Delivery.Trace t -> {
                if (kinds.contains(Kind.LOOKUPS)) {
                    io.json(g -> {
                        begin(g, t.node()).writeNumberField("epoch", t.epoch());
                        g.writeFieldName("lookup");
                        TraceJson.write(g, t.lookup());
                        g.writeEndObject();
                    });
                }
            }
            // A state is what the events come to.
            case Delivery.State _ -> {}
            case Delivery.Card c -> {
                if (kinds.contains(Kind.CARDS)) {
                    io.json(g -> {
                        begin(g, c.node()).writeFieldName("card");
                        JSON.writeTree(g, JSON.readTree(c.json()));
                        g.writeEndObject();
                    });
                }
            }
        }
    }

    private static JsonGenerator begin(JsonGenerator g, NodeId node) throws IOException {
        g.writeStartObject();
        g.writeStringField("node", node.text());
        return g;
    }
}
