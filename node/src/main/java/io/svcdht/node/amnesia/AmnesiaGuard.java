package io.svcdht.node.amnesia;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks before and after the start whether this process keeps what amnesia promises: that nothing of it reaches a disk.
 * It is for the process, not for a node embedded in another.
 */
public final class AmnesiaGuard {
    private static final Logger LOG = LoggerFactory.getLogger(AmnesiaGuard.class);
    private static final String WAY_OUT = "; start it with the launcher svc-dht, which sees to all of this";

    private AmnesiaGuard() {}

    /** The process could leave something behind; the message names all of it. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private Refused(String sentence) {
            super(sentence);
        }
    }

    /** To be asked before anything is started. Says where memory may go that no process can prevent. */
    public static void beforeStart() throws Refused {
        try {
            List<String> problems = new ArrayList<>(JvmFlags.problems());
            ProcSelf self = new ProcSelf();
            problems.addAll(self.problems());
            if (self.dumpsCore()) {
                problems.add("core files are allowed, run ulimit -c 0 before");
            }
            refuse(problems);
            if (!CoreDumps.forbid()) {
                LOG.warn("Amnesia: this system cannot forbid core dumps to a handler; see guides/amnesia.md");
            }
            List<String> swaps = self.swapsInUse();
            if (swaps.isEmpty()) {
                LOG.info("Amnesia: nothing is written to disk, and there is no swap");
            } else {
                LOG.warn("Amnesia: nothing is written to disk, but the kernel may swap memory out to {}", swaps);
            }
        } catch (IOException e) {
            throw new Refused("amnesia could not be checked: " + e);
        }
    }

    /** To be asked once all parts run: whether any of them opened a file for writing. */
    public static void afterStart() throws Refused {
        try {
            refuse(new ProcSelf().problems());
        } catch (IOException e) {
            throw new Refused("amnesia could not be checked: " + e);
        }
    }

    private static void refuse(List<String> problems) throws Refused {
        if (!problems.isEmpty()) {
            throw new Refused("amnesia is not possible like this: " + String.join("; ", problems) + WAY_OUT);
        }
    }
}
