package io.svcdht.console.cli;

import io.svcdht.node.sim.Gate;
import io.svcdht.node.sim.Scenario;
import io.svcdht.node.sim.ScenarioReport;
import io.svcdht.node.sim.Transport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code simulate}: plays a scenario in a simulated network of real nodes, for whoever plans one. */
@Command(
        description = {
            "Play a scenario in a simulated network of real nodes and hold its figures against what they must reach.",
            "The same seed gives the same run. Ends with 1 where a floor is not reached."
        })
final class SimulateCommand implements Callable<Integer> {
    private static final int NODES_MIN = 50;
    private static final int NODES_MAX = 1_000_000;

    private final Io io;

    @Option(names = "--nodes", paramLabel = "N", description = "How many nodes, 50…1000000. Default: 2000.")
    int nodes = 2_000;

    @Option(names = "--seed", paramLabel = "N", description = "Where all luck comes from. Default: 1.")
    long seed = 1;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description = {
                "churn, absent, hedge, strangers, kill, partition, colluders, asn, asns, eclipse, durability, replay, or",
                "list to have them told. Default: churn."
            })
    String scenario = "churn";

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            description = {
                "What the first word to a stranger costs: warm, nothing; cold, a stream's two round trips;",
                "one-round-trip, as datagrams; some-blocked, as datagrams that do not reach one node in twenty.",
                "Default: warm."
            })
    String transport = "warm";

    @Option(names = "--json", description = "One JSON object instead of a table.")
    boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    SimulateCommand(Io io) {
        this.io = io;
    }

    @Override
    public Integer call() {
        if (scenario.equals("list")) {
            for (Scenario s : Scenario.values()) {
                io.line(String.format(Locale.ROOT, "%-11s %s", s.text(), s.about()));
            }
            return ExitCode.OK;
        }
        if (nodes < NODES_MIN || nodes > NODES_MAX) {
            throw new CommandFailed(
                    ExitCode.USAGE, "--nodes %d is outside %d…%d".formatted(nodes, NODES_MIN, NODES_MAX));
        }
        Transport way = chosenTransport();
        ScenarioReport report;
        try (ProgressLine progress = new ProgressLine(io)) {
            String name = chosen().text();
            report = chosen().run(nodes, seed, way, done -> progress.show("%s: %s".formatted(name, done)));
        }
        if (json) {
            writeJson(report);
        } else {
            table(report);
        }
        if (!report.holds()) {
            io.say("a floor was not reached; repeat with: " + report.command());
            return ExitCode.FAILED;
        }
        return ExitCode.OK;
    }

    private Transport chosenTransport() {
        return Arrays.stream(Transport.values())
                .filter(t -> t.text().equals(transport))
                .findFirst()
                .orElseThrow(() -> new CommandFailed(
                        ExitCode.USAGE,
                        "\"%s\" is no transport; there are %s"
                                .formatted(
                                        Clean.text(transport),
                                        Arrays.stream(Transport.values())
                                                .map(Transport::text)
                                                .collect(Collectors.joining(", ")))));
    }

    private Scenario chosen() {
        return Arrays.stream(Scenario.values())
                .filter(s -> s.text().equals(scenario))
                .findFirst()
                .orElseThrow(() -> new CommandFailed(
                        ExitCode.USAGE,
                        "\"%s\" is no scenario; there are %s"
                                .formatted(
                                        Clean.text(scenario),
                                        Arrays.stream(Scenario.values())
                                                .map(Scenario::text)
                                                .collect(Collectors.joining(", ")))));
    }

    private void table(ScenarioReport report) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"figure", "measured", "floor", "aim", ""});
        for (Gate g : report.gates()) {
            String sign = g.low() ? "<= " : ">= ";
            rows.add(new String[] {
                g.name(),
                unit(Gate.number(g.measured()), g),
                unit(sign + Gate.number(g.floor()), g),
                unit(sign + Gate.number(g.aim()), g),
                g.reachesAim() ? "aim reached" : g.holds() ? "floor reached" : "NOT REACHED"
            });
        }
        int[] widths = new int[5];
        rows.forEach(row -> {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        });
        io.line(String.format(Locale.ROOT, "%s, %,d nodes, seed %d", report.scenario(), report.nodes(), report.seed()));
        for (String[] r : rows) {
            io.line(String.format(
                            "%-" + widths[0] + "s  %" + widths[1] + "s  %" + widths[2] + "s  %" + widths[3] + "s  %s",
                            (Object[]) r)
                    .stripTrailing());
        }
        report.notes().forEach(io::line);
        io.line(String.format(
                Locale.ROOT,
                "%,d events, %,d messages, digest %016x",
                report.events(),
                report.messages(),
                report.digest()));
    }

    private static String unit(String number, Gate gate) {
        return gate.unit().isEmpty() ? number : number + " " + gate.unit();
    }

    private void writeJson(ScenarioReport report) {
        io.json(g -> {
            g.writeStartObject();
            g.writeStringField("scenario", report.scenario());
            g.writeNumberField("nodes", report.nodes());
            g.writeNumberField("seed", report.seed());
            g.writeBooleanField("ok", report.holds());
            g.writeArrayFieldStart("gates");
            for (Gate gate : report.gates()) {
                g.writeStartObject();
                g.writeStringField("name", gate.name());
                g.writeStringField("unit", gate.unit());
                g.writeNumberField("measured", gate.measured());
                g.writeNumberField("floor", gate.floor());
                g.writeNumberField("aim", gate.aim());
                g.writeBooleanField("holds", gate.holds());
                g.writeBooleanField("reaches_aim", gate.reachesAim());
                g.writeEndObject();
            }
            g.writeEndArray();
            g.writeArrayFieldStart("notes");
            for (String note : report.notes()) {
                g.writeString(note);
            }
            g.writeEndArray();
            g.writeNumberField("events", report.events());
            g.writeNumberField("messages", report.messages());
            g.writeStringField("digest", "%016x".formatted(report.digest()));
            g.writeStringField("repeat", report.command());
            g.writeEndObject();
        });
    }
}
