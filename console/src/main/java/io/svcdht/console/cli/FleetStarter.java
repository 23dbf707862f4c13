package io.svcdht.console.cli;

import io.svcdht.console.fleet.FleetPlace;
import io.svcdht.console.fleet.FleetStore;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.runtime.StartFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Opens the console of a fleet. */
@FunctionalInterface
public interface FleetStarter {
    /** @throws StartFailure if it cannot listen there, or the tokens cannot be read */
    Running start(FleetStore store, FleetPlace place, Doors doors) throws StartFailure;

    /**
     * Where it listens, and who may come in.
     *
     * @param allowedHosts names a Host header may carry beside the address it came to and localhost
     * @param tokenFile tokens by role, empty = whoever reaches it
     */
    record Doors(HostPort at, List<String> allowedHosts, Optional<Path> tokenFile) {
        /** For who sits at this machine. */
        static Doors loopback(int port) {
            return new Doors(new HostPort("127.0.0.1", port), List.of(), Optional.empty());
        }

        public Doors {
            allowedHosts = List.copyOf(allowedHosts);
        }
    }

    /** Pages that are served. */
    interface Running extends AutoCloseable {
        /** With the real port. */
        HostPort address();

        /** Reads the tokens again; what is wrong with them leaves the old ones in force. */
        void reload();

        @Override
        void close();
    }
}
