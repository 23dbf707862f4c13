package io.svcdht.console.cli;

import io.svcdht.console.fleet.BundleReader;
import io.svcdht.console.fleet.BundleRefused;
import io.svcdht.console.fleet.FleetPlace;
import io.svcdht.console.fleet.FleetStore;
import io.svcdht.node.runtime.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code incident open}: a fleet's console over an incident file, on this machine, for nobody else. */
@Command(
        description = {
            "Show what is in an incident file: the console of a fleet on this machine, offline, until Ctrl-C.",
            "With --check the file is only read to its end and told about."
        })
final class IncidentOpen implements Callable<Integer> {
    private final Io io;
    private final FleetStarter starter;

    @Option(names = "--port", paramLabel = "PORT", description = "On 127.0.0.1; 0 = a free one. Default: 5390.")
    int port = 5_390;

    @Option(
            names = "--max-bytes",
            paramLabel = "N",
            description = "What the file may unpack to. Default: 8589934592, 8 GiB.")
    long bytesMax = BundleReader.BYTES_DEFAULT;

    @Option(names = "--check", description = "Only say what is in it, and whether it is whole.")
    boolean check;

    @Option(names = "--json", description = "With --check, JSON instead of text.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Parameters(paramLabel = "FILE", description = "What incident export made.")
    Path file = Path.of("");

    IncidentOpen(Io io, FleetStarter starter) {
        this.io = io;
        this.starter = starter;
    }

    @Override
    public Integer call() {
        if (port < 0 || port > 65_535 || bytesMax < 1) {
            throw new CommandFailed(ExitCode.USAGE, "--port is 0…65535, --max-bytes at least 1");
        }
        try (Ending ending = new Ending(io);
                Scratch scratch = Scratch.make("svc-dht-incident")) {
            if (!Files.isRegularFile(file)) {
                throw new BundleRefused("there is no such file");
            }
            return opened(scratch.directory(), ending);
        } catch (BundleRefused e) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "%s cannot be opened: %s"
                            .formatted(Clean.text(file.toString()), Clean.text(String.valueOf(e.getMessage()))),
                    e);
        } catch (StartFailure e) {
            throw new CommandFailed(e.exitCode(), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.FAILED, "the file cannot be unpacked: " + e, e);
        }
    }

    private int opened(Path directory, Ending ending) throws IOException, BundleRefused, StartFailure {
        try (FleetStore store = FleetStore.open(directory.resolve("index"))) {
            BundleReader.Opened opened = new BundleReader(file, bytesMax).into(store, directory);
            store.keepUp();
            if (check) {
                report(opened, store);
                return ExitCode.OK;
            }
            String name = String.valueOf(file.getFileName());
            try (FleetStarter.Running running = starter.start(
                    store,
                    FleetPlace.recorded(name, sentence(opened, store), store),
                    FleetStarter.Doors.loopback(port))) {
                io.line("http://" + running.address() + "/console/");
                io.out().flush();
                io.say("%s; Ctrl-C ends it".formatted(sentence(opened, store)));
                return ending.await();
            }
        }
    }

    private static String sentence(BundleReader.Opened o, FleetStore store) {
        return "%,d nodes, %,d events, %,d lookups; from %s to %s; made %s by %s"
                .formatted(
                        o.nodes(),
                        store.events(),
                        store.traces().size(),
                        o.from().isEmpty() ? "the first event" : o.from(),
                        o.to().isEmpty() ? "the last" : o.to(),
                        o.madeAt(),
                        o.madeBy());
    }

    private void report(BundleReader.Opened o, FleetStore store) {
        if (!json) {
            io.line(Clean.text(sentence(o, store)));
            return;
        }
        io.json(g -> {
            g.writeStartObject();
            g.writeBooleanField("ok", true);
            g.writeNumberField("nodes", o.nodes());
            g.writeNumberField("events", store.events());
            g.writeNumberField("lookups", store.traces().size());
            g.writeStringField("from", o.from());
            g.writeStringField("to", o.to());
            g.writeStringField("made_at", o.madeAt());
            g.writeStringField("made_by", o.madeBy());
            g.writeEndObject();
        });
    }
}
