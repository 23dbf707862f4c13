package io.svcdht.console.cli;

import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult;
import io.svcdht.node.config.ConfigResult.Invalid;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.ConfigTable;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.Problem;
import java.util.List;

/** {@code config check|show}: what {@code run} would take from the same flags, environment and file. */
final class ConfigCommand {
    private static final String HELP = """
            Usage: svc-dht config check|show|reference [--json] [SETTINGS]

              check       whether the settings hold; lists every problem and ends with 2 if not
              show        each setting in force and where it comes from
              reference   the table of all keys as Markdown

            """;

    private final Io io;

    ConfigCommand(Io io) {
        this.io = io;
    }

    int run(List<String> args) {
        String what = args.isEmpty() ? "" : args.getFirst();
        boolean json = args.contains("--json");
        List<String> flags =
                args.stream().skip(1).filter(a -> !a.equals("--json")).toList();
        if (args.contains("--help") || args.contains("-h")) {
            what = "--help";
        }
        return switch (what) {
            case "check" -> report(load(flags), false, json);
            case "show" -> report(load(flags), true, json);
            case "reference" -> {
                io.out().print(ConfigTable.markdown());
                yield ExitCode.OK;
            }
            case "--help" -> {
                io.out().print(HELP + ConfigTable.help());
                yield ExitCode.OK;
            }
            default -> throw new CommandFailed(ExitCode.USAGE, "config needs one of check, show, reference");
        };
    }

    private ConfigResult load(List<String> flags) {
        return ConfigLoader.load(Flags.parse(flags), io.environment());
    }

    private int report(ConfigResult result, boolean show, boolean json) {
        return switch (result) {
            case Invalid(List<Problem> problems) -> {
                if (json) {
                    showProblems(problems);
                } else {
                    problems.forEach(p -> io.say(Clean.text(p.toString())));
                }
                yield ExitCode.USAGE;
            }
            case Loaded loaded -> {
                loaded.warnings().forEach(w -> io.say("warning: " + Clean.text(w)));
                if (json) {
                    showJson(loaded);
                } else if (show) {
                    showText(loaded);
                } else {
                    io.line("all settings hold");
                }
                yield ExitCode.OK;
            }
        };
    }

    private void showText(Loaded loaded) {
        loaded.settings()
                .forEach((key, setting) -> io.line("%-22s %-28s %s"
                        .formatted(
                                key,
                                Clean.text(setting.value().isEmpty() ? "-" : setting.value()),
                                Clean.text(setting.source().toString()))));
    }

    private void showJson(Loaded loaded) {
        io.json(g -> {
            g.writeStartObject();
            g.writeBooleanField("ok", true);
            g.writeObjectFieldStart("settings");
            for (var e : loaded.settings().entrySet()) {
                g.writeObjectFieldStart(e.getKey());
                g.writeStringField("value", e.getValue().value());
                g.writeStringField("source", e.getValue().source().toString());
                g.writeEndObject();
            }
            g.writeEndObject();
            g.writeEndObject();
        });
    }

    private void showProblems(List<Problem> problems) {
        io.json(g -> {
            g.writeStartObject();
            g.writeBooleanField("ok", false);
            g.writeArrayFieldStart("problems");
            for (Problem p : problems) {
                g.writeStartObject();
                g.writeStringField("source", p.source().toString());
                g.writeStringField("problem", p.sentence());
                g.writeEndObject();
            }
            g.writeEndArray();
            g.writeEndObject();
        });
    }
}
