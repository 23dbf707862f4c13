package io.svcdht.system.containers;

import io.svcdht.system.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The scripts that operators hurt a network of containers with. */
final class Chaos {
    private Chaos() {}

    /** What became of one. */
    record Ran(int exitCode, String said) {}

    /** @param script its name below {@code scripts/chaos} */
    static Ran run(String script, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Program.checkout().resolve("scripts/chaos").resolve(script).toString()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), said);
    }
}
