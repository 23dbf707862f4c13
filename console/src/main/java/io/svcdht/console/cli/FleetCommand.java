package io.svcdht.console.cli;

import io.svcdht.console.fleet.FleetFollower;
import io.svcdht.console.fleet.FleetFollower.Standing;
import io.svcdht.console.fleet.FleetIndex;
import io.svcdht.console.fleet.FleetPlace;
import io.svcdht.console.fleet.FleetStore;
import io.svcdht.console.log.Logs;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Invalid;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.Problem;
import io.svcdht.node.extra.OptionalJars;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.node.shipping.JournalShipping;
import io.svcdht.node.shipping.ShippedTopics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** {@code fleet}: the console over many nodes, from the topics they ship to, until SIGTERM or Ctrl-C. */
final class FleetCommand {
    private static final String HELP = """
            Usage: svc-dht fleet [--config=FILE] [SETTINGS]
                   svc-dht fleet cat [OPTIONS]

            The console over all nodes that ship to Kafka, as they go on: where they are, what they hold, what their
            lookups did. Nothing can be changed in it. Settings are those of run; these count:

              --kafka-servers=LIST      where Kafka is met first
              --kafka-prefix=TEXT       what the names of the topics begin with
              --kafka-properties=FILE   more of Kafka's client, for TLS and SASL among others
              --fleet-bind=HOST:PORT    where it listens; 127.0.0.1:5390 unless told otherwise
              --admin-token-file=FILE   who may look; needed beyond loopback
              --allowed-hosts=LIST      names a Host header may carry
              --fleet-dir=DIR           where the index is kept between two runs; else it is made anew each time
              --fleet-retention-days=N, --fleet-retention-bytes=N
              --log-format=FORMAT, --log-level=LEVEL

            fleet cat writes what is on the topics as text or JSON; fleet cat --help says how.
            """;

    private final Io io;
    private final FleetStarter starter;
    private final FleetFollower.Pace pace;

    FleetCommand(Io io, FleetStarter starter, FleetFollower.Pace pace) {
        this.io = io;
        this.starter = starter;
        this.pace = pace;
    }

    int run(List<String> args) {
        if (args.contains("--help") || args.contains("-h")) {
            io.out().print(HELP);
            return ExitCode.OK;
        }
        NodeConfig config = config(io, Flags.parse(args));
        Logs.start(config.logFormat(), config.logLevel());
        ShippedTopics topics = topics(config, "svc-dht fleet");
        try (Ending ending = new Ending(io)) {
            Optional<Path> kept = config.fleet().directory();
            if (kept.isPresent()) {
                return served(config, topics, kept.get(), ending);
            }
            try (Scratch scratch = Scratch.make("svc-dht-fleet")) {
                return served(config, topics, scratch.directory(), ending);
            }
        } catch (StartFailure e) {
            throw new CommandFailed(e.exitCode(), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.USAGE, "fleet_dir: " + Clean.text(String.valueOf(e.getMessage())), e);
        }
    }

    /** The settings, where all of them hold and Kafka is named. */
    static NodeConfig config(Io io, Flags flags) {
        NodeConfig config =
                switch (ConfigLoader.load(flags, io.environment())) {
                    case Loaded loaded -> loaded.config();
                    case Invalid(List<Problem> problems) ->
                        throw new CommandFailed(
                                ExitCode.USAGE,
                                problems.stream()
                                        .map(p -> Clean.text(p.toString()))
                                        .collect(Collectors.joining("\nsvc-dht: ")));
                };
        if (config.kafka().servers().isEmpty()) {
            throw new CommandFailed(ExitCode.USAGE, "a fleet is read from Kafka; name it by kafka_servers");
        }
        return config;
    }

    /** What reads them, where its jars are there and it can do with the settings. */
    static ShippedTopics topics(NodeConfig config, String what) {
        try {
            ShippedTopics topics = OptionalJars.find(ShippedTopics.class, JournalShipping.MODULE, what);
            topics.check(config.kafka());
            return topics;
        } catch (OptionalJars.Missing | IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private int served(NodeConfig config, ShippedTopics topics, Path directory, Ending ending)
            throws IOException, StartFailure {
        try (FleetIndex index = FleetIndex.open(directory, config.kafka().prefix());
                FleetFollower follower = FleetFollower.start(topics, config.kafka(), config.fleet(), index, pace);
                FleetStarter.Running running = starter.start(
                        index.store(),
                        place(config, index.store(), follower::standing),
                        new FleetStarter.Doors(
                                config.fleet().bind(), config.allowedHosts(), config.adminTokenFile()))) {
            Signals.onReload(running::reload);
            io.line("http://" + running.address() + "/console/");
            io.out().flush();
            LoggerFactory.getLogger(FleetCommand.class)
                    .info(
                            "Serving the fleet on topics {} at {}, the index is in {}",
                            config.kafka().prefix(),
                            running.address(),
                            directory);
            return ending.await();
        }
    }

    private static FleetPlace place(NodeConfig config, FleetStore store, Supplier<Standing> standing) {
        return new FleetPlace(
                config.kafka().prefix(),
                () -> sentence(store, standing.get()),
                () -> standing.get().trouble(),
                false,
                System::currentTimeMillis);
    }

    private static String sentence(FleetStore store, Standing s) {
        String behind =
                switch ((int) Math.min(2, s.behind())) {
                    case -1 -> "how many messages are left is not known";
                    case 0 -> "all messages are read";
                    case 1 -> "one message is left to read";
                    default -> String.format(Locale.ROOT, "%,d messages are left to read", s.behind());
                };
        return "%s, %s, %s; %s. %s"
                .formatted(
                        count(store.nodes().size(), "node"),
                        count(store.events(), "event"),
                        count(store.traces().size(), "lookup"),
                        behind,
                        s.complaints())
                .strip();
    }

    private static String count(long n, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", n, what, n == 1 ? "" : "s");
    }
}
