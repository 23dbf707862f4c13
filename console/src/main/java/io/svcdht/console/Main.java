package io.svcdht.console;

import io.svcdht.console.cli.Cli;
import io.svcdht.console.cli.Io;
import io.svcdht.console.cli.RunCommand;
import io.svcdht.node.amnesia.AmnesiaGuard;
import io.svcdht.node.config.LiveSettings;
import io.svcdht.node.runtime.StartFailure;
import io.svcdht.node.trust.Passphrase;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The program. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(Cli.run(
                List.of(args), Io.ofProcess(), new Cli.Starters(Main::serve, Testnet::start, FleetServer::start)));
    }

    /** In amnesia only if the process can keep the promise: the node is one part of it, the JVM another. */
    private static RunCommand.Running serve(LiveSettings settings, Supplier<Optional<Passphrase>> person)
            throws StartFailure {
        if (!settings.inForce().config().amnesia()) {
            return ServingNode.start(settings, person);
        }
        try {
            AmnesiaGuard.beforeStart();
            ServingNode serving = ServingNode.start(settings, person);
            try {
                AmnesiaGuard.afterStart();
                return serving;
            } catch (AmnesiaGuard.Refused e) {
                serving.close();
                throw e;
            }
        } catch (AmnesiaGuard.Refused e) {
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }
}
