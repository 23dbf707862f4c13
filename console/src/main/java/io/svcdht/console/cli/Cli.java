package io.svcdht.console.cli;

import io.svcdht.console.fleet.FleetFollower;
import io.svcdht.node.BuildInfo;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Finds the command and runs it; only what the chosen one needs is loaded. */
public final class Cli {
    private static final String HELP = """
            svc-dht, a content-discovery node that remembers everything as events.

            Usage: svc-dht [COMMAND] [OPTIONS]

              run                     serve (what happens without a command); all settings are flags
              provide CID             announce that content can be had here
              provide --files DIR     announce every file of a directory tree
              find CID                who provides it
              find --file FILE        who provides this file
              peers                   whom a running node knows
              buckets                 its routing table
              lookups [ID]            how lookups over the network went; with an id one of them, leg by leg
              bans [add|remove WHAT]  what it has nothing to do with: peers, content, addresses
              refusals [WHO]          who was refused what, and who refused its records
              journal COMMAND         tail, cat, state, diff, verify, repair, export, import, prune: on a data directory's files
              backup DIR              copy a node's data away, also while it runs
              restore DIR             check such a copy and bring it back
              keygen                  make a node's keys ahead of its first start
              keys COMMAND            show, seal, open: a key file and its passphrase; retire, announce: a change of keys
              token                   make tokens for the HTTP API
              incident export FILE    put what nodes did in a span into one file
              incident open FILE      show such a file: the console of a fleet, offline
              fleet                   the console over all nodes that ship to Kafka
              fleet cat               what is on the topics, as JSON
              testnet                 start many nodes in one process
              simulate                play a scenario in a simulated network, to plan one
              config check|show       check the settings, show where each comes from

              --version, --help       also behind every command

            Exit codes: 0 ok, 1 not found or not all worked, 2 bad configuration or usage,
            3 address or data directory in use, 4 not ready in time (strict_ready), 5 journal damaged.
            """;

    private Cli() {}

    /** What {@code run}, {@code testnet}, and {@code incident open} or {@code fleet} start. */
    public record Starters(RunCommand.NodeStarter node, TestnetCommand.NetStarter net, FleetStarter fleet) {}

    /** Runs to the end of the command, whatever that is: the process is to end with the code. */
    public static int run(List<String> args, Io io, Starters starters) {
        try {
            return dispatch(args, io, starters);
        } catch (CommandFailed e) {
            return failed(e, io);
        } catch (RuntimeException | Error e) {
            return broken(e, io);
        } finally {
            io.out().flush();
        }
    }

    private static int dispatch(List<String> args, Io io, Starters starters) {
        String first = args.isEmpty() ? "run" : args.getFirst();
        List<String> rest = args.isEmpty() ? args : args.subList(1, args.size());
        return switch (first) {
            case "run" -> new RunCommand(io, starters.node()).run(rest);
            case "-h", "--help", "help" -> {
                io.out().print(HELP);
                yield ExitCode.OK;
            }
            case "-V", "--version" -> version(io, rest.contains("--json"));
            case "config" -> new ConfigCommand(io).run(rest);
            case "provide" -> picocli("provide", new ProvideCommand(io), rest, io);
            case "find" -> picocli("find", new FindCommand(io), rest, io);
            case "peers" -> picocli("peers", new PeersCommand.Peers(io), rest, io);
            case "buckets" -> picocli("buckets", new PeersCommand.Buckets(io), rest, io);
            case "lookups" -> picocli("lookups", new LookupsCommand(io), rest, io);
            case "bans" -> picocli("bans", new BansCommand(io), rest, io);
            case "refusals" -> picocli("refusals", new RefusalsCommand(io), rest, io);
            case "journal" -> journal(rest, io);
            case "keygen" -> picocli("keygen", new KeygenCommand(io), rest, io);
            case "keys" -> keys(rest, io);
            case "token" -> picocli("token", new TokenCommand(io), rest, io);
            case "backup" -> picocli("backup", BackupCommand.backup(io), rest, io);
            case "restore" -> picocli("restore", BackupCommand.restore(io), rest, io);
            case "incident" -> incident(rest, io, starters.fleet());
            case "fleet" -> fleet(rest, io, starters.fleet());
            case "testnet" -> picocli("testnet", new TestnetCommand(io, starters.net()), rest, io);
            case "simulate" -> picocli("simulate", new SimulateCommand(io), rest, io);
            default -> {
                if (first.startsWith("-")) {
                    yield new RunCommand(io, starters.node()).run(args);
                }
                throw new CommandFailed(
                        ExitCode.USAGE, "\"%s\" is no command; svc-dht --help lists them".formatted(Clean.text(first)));
            }
        };
    }

    private static int journal(List<String> args, Io io) {
        String first = args.isEmpty() ? "" : args.getFirst();
        Callable<Integer> command =
                switch (first) {
                    case "tail" -> new JournalTail(io);
                    case "cat" -> new JournalCat(io);
                    case "state" -> new JournalState(io);
                    case "diff" -> new JournalDiff(io);
                    case "verify" -> new JournalVerify(io);
                    case "repair" -> new JournalRepair(io);
                    case "export" -> new JournalExport(io);
                    case "import" -> new JournalImport(io);
                    case "prune" -> new JournalPrune(io);
                    default ->
                        throw new CommandFailed(
                                ExitCode.USAGE,
                                "journal needs one of tail, cat, state, diff, verify, repair, export, import, prune; each has --help");
                };
        return picocli("journal " + first, command, args.subList(1, args.size()), io);
    }

    private static int incident(List<String> args, Io io, FleetStarter fleet) {
        String first = args.isEmpty() ? "" : args.getFirst();
        Callable<Integer> command =
                switch (first) {
                    case "export" -> new IncidentExport(io);
                    case "open" -> new IncidentOpen(io, fleet);
                    default ->
                        throw new CommandFailed(ExitCode.USAGE, "incident needs one of export, open; each has --help");
                };
        return picocli("incident " + first, command, args.subList(1, args.size()), io);
    }

    private static int fleet(List<String> args, Io io, FleetStarter fleet) {
        return !args.isEmpty() && args.getFirst().equals("cat")
                ? picocli("fleet cat", new FleetCat(io), args.subList(1, args.size()), io)
                : new FleetCommand(io, fleet, FleetFollower.Pace.STANDARD).run(args);
    }

    private static int keys(List<String> args, Io io) {
        String first = args.isEmpty() ? "" : args.getFirst();
        Callable<Integer> command =
                switch (first) {
                    case "show" -> new KeysShow(io);
                    case "seal" -> new KeysSeal.Seal(io);
                    case "open" -> new KeysSeal.Open(io);
                    case "retire" -> new KeysRetire(io);
                    case "announce" -> new KeysAnnounce(io);
                    default ->
                        throw new CommandFailed(
                                ExitCode.USAGE,
                                "keys needs one of show, seal, open, retire, announce; each has --help");
                };
        return picocli("keys " + first, command, args.subList(1, args.size()), io);
    }

    private static int picocli(String name, Callable<Integer> command, List<String> args, Io io) {
        CommandLine line = new CommandLine(command);
        line.setCommandName("svc-dht " + name);
        line.setOut(new java.io.PrintWriter(io.out(), true, java.nio.charset.StandardCharsets.UTF_8));
        line.setErr(new java.io.PrintWriter(io.err(), true, java.nio.charset.StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler((e, failedLine, parsed) -> {
            if (e instanceof CommandFailed failed) {
                return failed(failed, io);
            }
            throw e;
        });
        return line.execute(args.toArray(new String[0]));
    }

    private static int failed(CommandFailed e, Io io) {
        io.out().flush();
        io.say(String.valueOf(e.getMessage()));
        return e.exitCode();
    }

    /**
     * A bug, or a program of which something is missing. Told and ended here: whoever only lets it pass leaves a process
     * behind that the threads it has begun keep alive, with nobody to lead them.
     */
    private static int broken(Throwable e, Io io) {
        io.out().flush();
        io.say("cannot go on: " + Clean.text(e.toString()));
        e.printStackTrace(io.err());
        return ExitCode.FAILED;
    }

    private static int version(Io io, boolean json) {
        BuildInfo build = BuildInfo.load();
        if (json) {
            io.json(g -> {
                g.writeStartObject();
                g.writeStringField("service", "svc-dht");
                g.writeStringField("version", build.version());
                g.writeStringField("git", build.git());
                g.writeStringField("built", build.built());
                g.writeStringField("java", Runtime.version().toString());
                g.writeEndObject();
            });
        } else {
            io.line("svc-dht %s (git %s, built %s, Java %s)"
                    .formatted(build.version(), build.git(), build.built(), Runtime.version()));
        }
        return ExitCode.OK;
    }
}
