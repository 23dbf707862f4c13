package io.svcdht.console;

import io.svcdht.console.cli.Cli;
import io.svcdht.console.cli.Io;
import java.util.List;

/** The program. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Cli.run(List.of(args), Io.ofProcess(), ServingNode::start));
    }
}
