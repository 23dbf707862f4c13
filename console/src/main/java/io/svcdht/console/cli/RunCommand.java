package io.svcdht.console.cli;

import io.svcdht.console.log.Logs;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigReload;
import io.svcdht.node.config.ConfigResult.Invalid;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.ConfigTable;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.LiveSettings;
import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.config.Problem;
import io.svcdht.node.runtime.Repair;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.node.trust.Passphrase;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
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
    /** A start that is nearly through is waited for when the process is asked to stop; a long one is not. */
    private static final int START_SECONDS_LEFT = 2;

    private static final int MIB_BITS = 20;
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
        /** @param person asked for the passphrase of sealed keys, where no file tells it */
        Running start(LiveSettings settings, Supplier<Optional<Passphrase>> person) throws StartFailure;
    }

    /** A node with its doors open. */
    public interface Running extends AutoCloseable {
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
        log.info(
                "Room for {} records (max_records) in a heap of {} MiB",
                settings.config().maxRecords(),
                Runtime.getRuntime().maxMemory() >> MIB_BITS);
        Closing closing = new Closing(log);
        try {
            if (repair) {
                repair(settings.config(), log);
            }
            LiveSettings live = new LiveSettings(settings, () -> ConfigLoader.load(flags, io.environment()));
            live.onChange((config, changes) -> {
                Logs.level(config.logLevel());
                changes.forEach(c -> log.info("Setting changed: {}", Clean.text(c.toString())));
            });
            Running running = starter.start(live, () -> io.passphrase("Passphrase of node.key: "));
            closing.started(running);
            if (endsAtOnce(running)) {
                running.close();
                return ExitCode.OK;
            }
            Signals.onReload(() -> reload(live, log));
            if (settings.config().network().strictReady() && !readyInTime(running)) {
                running.close();
                throw new CommandFailed(
                        ExitCode.NOT_BOOTSTRAPPED,
                        "not ready after %d s, and strict_ready is on; check seeds, network_id and the network"
                                .formatted(STRICT_READY_SECONDS));
            }
            new CountDownLatch(1).await();
            return ExitCode.OK;
        } catch (StartFailure e) {
            throw new CommandFailed(e.exitCode(), String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.INTERRUPTED;
        } finally {
            closing.forget();
        }
    }

    /** What SIGTERM and Ctrl-C do, from before the node answers that it is ready: whoever asks it to stop may be waiting for that. */
    private static final class Closing {
        private final Logger log;
        private final CompletableFuture<Running> started = new CompletableFuture<>();
        private final Thread hook = new Thread(this::close, "shutdown");

        Closing(Logger log) {
            this.log = log;
            Runtime.getRuntime().addShutdownHook(hook);
        }

        void started(Running running) {
            started.complete(running);
        }

        /** The command ends by itself. */
        void forget() {
            started.cancel(false);
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // It is what ends the process.
            }
        }

        private void close() {
            Running running;
            try {
                running = started.get(START_SECONDS_LEFT, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException | CancellationException | InterruptedException e) {
                // Amid a start nothing is open that an end without warning would hurt.
                return;
            }
            log.info("Stopping");
            running.close();
            Logs.stop();
            // A stop that was asked for and went well is no failure: not the 143 a JVM would end with.
            Runtime.getRuntime().halt(ExitCode.OK);
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

    /** Reads all sources again; what is wrong there changes nothing, and what becomes of words said by hand is told. */
    private static void reload(LiveSettings live, Logger log) {
        LiveSettings.Reloaded reloaded = live.reload();
        switch (reloaded.result()) {
            case ConfigReload.Refused(List<Problem> problems) ->
                problems.forEach(p -> log.error("Settings not reloaded, the old ones stay: {}", p));
            case ConfigReload.Applied(var _, var changes, var needRestart) -> {
                needRestart.forEach(c -> log.warn("Setting needs a restart, the old value stays: {}", c));
                reloaded.overtaken()
                        .forEach(key -> log.warn(
                                "Setting {} was set by hand; its source was changed since and is in force again", key));
                reloaded.kept()
                        .forEach((key, set) -> log.warn(
                                "Setting {} = {} was set by hand and stays so; a restart goes back to {} ({})",
                                key,
                                Clean.text(set.value()),
                                Clean.text(set.elsewhere()),
                                set.from()));
                if (changes.isEmpty() && needRestart.isEmpty()) {
                    log.info("Settings reloaded, nothing changed");
                }
            }
        }
    }
}
