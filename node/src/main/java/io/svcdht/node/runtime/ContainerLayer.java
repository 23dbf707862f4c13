package io.svcdht.node.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A container's own layer over its image: writable, and gone with the container, which operators forget. */
final class ContainerLayer {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerLayer.class);
    private static final String OVERLAY = "overlay";

    private ContainerLayer() {}

    /** Says so where a data directory lies on it. */
    static void warnOf(Path dataDirectory) {
        try {
            if (isIt(Files.getFileStore(dataDirectory).type())) {
                LOG.warn(
                        "The data directory is on a container's own layer and goes with the container; mount a volume");
            }
        } catch (IOException e) {
            LOG.debug("The kind of volume is not known", e);
        }
    }

    /** @param type of a file system, as the system calls it */
    static boolean isIt(String type) {
        return type.startsWith(OVERLAY);
    }
}
