package io.svcdht.node.amnesia;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the command line of a JVM must say, and must not, for it to write nothing. The launcher sets it all; this is for
 * whoever starts the jar without it. Read from the operating system, as the JDK's management classes take longer to
 * load than the rest of a start.
 */
final class JvmFlags {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    /** Without these the JVM leaves what the second column names. */
    private static final List<Rule> NEEDED = List.of(
            new Rule("-XX:-UsePerfData", "or the JVM maps a file below /tmp/hsperfdata_*"),
            new Rule("-XX:+DisableAttachMechanism", "or jcmd makes it write heap dumps and socket files"),
            new Rule("-XX:+ErrorFileToStderr", "or a crash leaves an hs_err file"),
            new Rule("-XX:-CreateCoredumpOnCrash", "or a crash leaves all of its memory in a core file"));

    /** What begins like this makes a JVM write. */
    private static final List<Rule> FORBIDDEN = List.of(
            new Rule("-XX:+HeapDumpOnOutOfMemoryError", "it writes all records to a file"),
            new Rule("-XX:+HeapDumpBeforeFullGC", "it writes all records to a file"),
            new Rule("-XX:+HeapDumpAfterFullGC", "it writes all records to a file"),
            new Rule("-XX:AOTCacheOutput=", "it writes a cache"),
            new Rule("-XX:AOTConfiguration=", "it writes a cache's configuration"),
            new Rule("-XX:ArchiveClassesAtExit=", "it writes a cache"),
            new Rule("-XX:+AutoCreateSharedArchive", "it writes a cache"),
            new Rule("-XX:StartFlightRecording", "it writes a recording"),
            new Rule("-XX:FlightRecorderOptions", "it writes a recording"),
            new Rule("-XX:+LogVMOutput", "it writes a log"),
            new Rule("-XX:+LogCompilation", "it writes a log"),
            new Rule("-XX:+DumpPerfMapAtExit", "it writes a map"),
            new Rule("-Xloggc:", "it writes a log"),
            new Rule("-agentlib:", "nobody knows what an agent writes"),
            new Rule("-agentpath:", "nobody knows what an agent writes"),
            new Rule("-javaagent:", "nobody knows what an agent writes"),
            new Rule("-Xrun", "nobody knows what an agent writes"),
            new Rule("-XX:Flags=", "flags from a file cannot be checked"),
            new Rule("-XX:VMOptionsFile=", "flags from a file cannot be checked"),
            new Rule("@", "flags from a file cannot be checked"));

    /** Each beats or joins the command line unseen. */
    private static final List<String> VARIABLES = List.of("_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    private record Rule(String flag, String why) {
        /** The flag's name, where it is an on-off switch. */
        String name() {
            return flag.substring("-XX:+".length());
        }

        boolean isSwitch() {
            return flag.startsWith("-XX:+") || flag.startsWith("-XX:-");
        }
    }

    private JvmFlags() {}

    /** A sentence for each thing that is wrong with this process's own flags. */
    static List<String> problems() throws IOException {
        return problems(commandLine(), System.getenv());
    }

    static List<String> problems(List<String> jvmArguments, Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        for (Rule r : NEEDED) {
            if (!inForce(r, jvmArguments)) {
                problems.add("%s is missing, %s".formatted(r.flag(), r.why()));
            }
        }
        for (String argument : jvmArguments) {
            if (argument.startsWith("-Xlog") && logsToFile(argument)) {
                problems.add("%s must go: it writes a log".formatted(argument));
            }
            for (Rule r : FORBIDDEN) {
                boolean matches = argument.startsWith(r.flag());
                if (matches && (!r.isSwitch() || inForce(r, jvmArguments))) {
                    problems.add("%s must go: %s".formatted(argument, r.why()));
                }
            }
        }
        for (String variable : VARIABLES) {
            if (!environment.getOrDefault(variable, "").isBlank()) {
                problems.add("the variable %s must not be set: it changes the JVM's flags".formatted(variable));
            }
        }
        return problems;
    }

    /** Whether the last word about a switch is this one. */
    private static boolean inForce(Rule r, List<String> arguments) {
        String last = "";
        for (String argument : arguments) {
            if (argument.equals("-XX:+" + r.name()) || argument.equals("-XX:-" + r.name())) {
                last = argument;
            }
        }
        return last.equals(r.flag());
    }

    /** {@code -Xlog:what:output:…}: any output but stdout and stderr is a file. */
    private static boolean logsToFile(String argument) {
        String[] parts = argument.split(":", -1);
        return parts.length > 2 && !parts[2].isEmpty() && !parts[2].equals("stdout") && !parts[2].equals("stderr");
    }

    /** What stands between {@code java} and the program. */
    private static List<String> commandLine() throws IOException {
        List<String> all = Files.isReadable(COMMAND_LINE)
                ? List.of(Files.readString(COMMAND_LINE, StandardCharsets.ISO_8859_1)
                        .split("\0", -1))
                : arguments();
        int jar = all.indexOf("-jar");
        return all.subList(Math.min(1, all.size()), jar < 0 ? all.size() : jar);
    }

    private static List<String> arguments() {
        List<String> all = new ArrayList<>(List.of("java"));
        ProcessHandle.current().info().arguments().ifPresent(a -> all.addAll(List.of(a)));
        return all;
    }
}
