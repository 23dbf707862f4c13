package io.svcdht.console.cli;

import io.svcdht.console.log.Logs;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigReload;
import io.svcdht.node.config.ConfigResult;
import io.svcdht.node.config.ConfigResult.Invalid;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.ConfigTable;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.Problem;
import io.svcdht.node.runtime.Repair;
import io.svcdht.node.runtime.StartFailure;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code run}: loads the settings, starts the node, serves until SIGTERM or SIGINT, reloads at SIGHUP. */
public final class RunCommand {
    private static final String HELP = """
            Usage: svc-dht [run] [--config=FILE] [--repair] [SETTINGS]

            Serves until SIGTERM or Ctrl-C; SIGHUP reads the settings again. A setting is a flag, else a variable
            (DHT_ and the key in capitals; RON_AMNESIA for amnesia), else a line of the TOML file, else the default.

            """;

    private static final String REPAIR = "--repair";
    private static final int STRICT_READY_SECONDS = 60;
    private static final int READY_LOOK_MILLIS = 50;

    private final Io io;
    private final NodeStarter starter;

    public RunCommand(Io io, NodeStarter starter) {
        this.io = io;
        this.starter = starter;
    }

    /** Makes a serving node of settings that hold. */
    @FunctionalInterface
    public interface NodeStarter {
        Running start(Loaded settings) throws StartFailure;
    }

    /** A node with its doors open. */
    public interface Running extends AutoCloseable {
        /** Puts changed settings in force and into the journal. */
        void reconfigure(NodeConfig config, List<ConfigReload.Change> changes);

        /** Whether the node takes writes. */
        boolean ready();

        /** Whether the process should end by itself at once, as the training run of the build does. */
        boolean endsAtOnce();

        /** Drains within 5 s. */
        @Override
        void close();
    }

    int run(List<String> args) {
        if (args.contains("--help") || args.contains("-h")) {
            io.out()
                    .print(HELP + "  --config=<path>\n      A TOML file. Default: variable DHT_CONFIG.\n"
                            + "  --repair\n      End a damaged journal before the damage first, as journal repair does.\n"
                            + ConfigTable.help());
            return ExitCode.OK;
        }
        // Not a setting: what gives something up is asked for each time anew.
        boolean repair = args.contains(REPAIR);
        Flags flags = Flags.parse(args.stream().filter(a -> !a.equals(REPAIR)).toList());
        return switch (ConfigLoader.load(flags, io.environment())) {
            case Invalid(List<Problem> problems) -> {
                problems.forEach(p -> io.say(Clean.text(p.toString())));
                yield ExitCode.USAGE;
            }
            case Loaded settings -> serve(flags, settings, repair);
        };
    }

    private static void repair(NodeConfig config, Logger log) throws StartFailure {
        // Amnesia has no journal, and a new directory none yet.
        if (!config.amnesia() && Files.isDirectory(config.dataDir().resolve("journal"))) {
            Repair.carryOut(config.dataDir())
                    .ifPresentOrElse(
                            r -> r.lines().forEach(l -> log.warn("Repaired the journal: {}", Clean.text(l))),
                            () -> log.info("The journal is intact; there is nothing to repair"));
        }
    }

    private int serve(Flags flags, Loaded settings, boolean repair) {
        Logs.start(settings.config().logFormat(), settings.config().logLevel());
        Logger log = LoggerFactory.getLogger(RunCommand.class);
        settings.warnings().forEach(log::warn);
        try {
            if (repair) {
                repair(settings.config(), log);
            }
            Running running = starter.start(settings);
            if (endsAtOnce(running)) {
                running.close();
                return ExitCode.OK;
            }
            Signals.onReload(new Reload(flags, settings, running, log)::reload);
            Thread closing = new Thread(
                    () -> {
                        log.info("Stopping");
                        running.close();
                        Logs.stop();
                        // A stop that was asked for and went well is no failure: not the 143 a JVM would end with.
                        Runtime.getRuntime().halt(ExitCode.OK);
                    },
                    "shutdown");
            if (settings.config().network().strictReady() && !readyInTime(running)) {
                running.close();
                throw new CommandFailed(
                        ExitCode.NOT_BOOTSTRAPPED,
                        "not ready after %d s, and strict_ready is on; check seeds, network_id and the network"
                                .formatted(STRICT_READY_SECONDS));
            }
            Runtime.getRuntime().addShutdownHook(closing);
            new CountDownLatch(1).await();
            return ExitCode.OK;
        } catch (StartFailure e) {
            throw new CommandFailed(e.exitCode(), String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        }
    }

    private static boolean readyInTime(Running running) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(STRICT_READY_SECONDS);
        while (!running.ready() && System.nanoTime() < until) {
            TimeUnit.MILLISECONDS.sleep(READY_LOOK_MILLIS);
        }
        return running.ready();
    }

    /** A training run that fails ends the process: its threads would keep it, and the build that waits for it, alive. */
    private static boolean endsAtOnce(Running running) {
        try {
            return running.endsAtOnce();
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
    }

    /** Reads all sources again; what is wrong there changes nothing. */
    private final class Reload {
        private final Flags flags;
        private final Running running;
        private final Logger log;
        private Loaded inForce;

        Reload(Flags flags, Loaded inForce, Running running, Logger log) {
            this.flags = flags;
            this.inForce = inForce;
            this.running = running;
            this.log = log;
        }

        synchronized void reload() {
            ConfigResult now = ConfigLoader.load(flags, io.environment());
            switch (ConfigReload.diff(inForce, now)) {
                case ConfigReload.Refused(List<Problem> problems) ->
                    problems.forEach(p -> log.error("Settings not reloaded, the old ones stay: {}", p));
                case ConfigReload.Applied(Loaded fresh, var changes, var needRestart) -> {
                    inForce = fresh;
                    Logs.level(fresh.config().logLevel());
                    // Always: the token file may hold other tokens under the same name.
                    running.reconfigure(fresh.config(), changes);
                    changes.forEach(c -> log.info("Setting changed: {}", c));
                    needRestart.forEach(c -> log.warn("Setting needs a restart, the old value stays: {}", c));
                    if (changes.isEmpty() && needRestart.isEmpty()) {
                        log.info("Settings reloaded, nothing changed");
                    }
                }
            }
        }
    }
}
