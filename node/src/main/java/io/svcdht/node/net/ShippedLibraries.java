package io.svcdht.node.net;

import io.netty.util.internal.PlatformDependent;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Netty's native libraries as the launcher ships them. One that is not there Netty would unpack into the directory for
 * temporary files, and nothing of ours is to appear there.
 */
public final class ShippedLibraries {
    private ShippedLibraries() {}

    /** Sockets by epoll. */
    public static boolean epoll() {
        return has("netty_transport_native_epoll_" + PlatformDependent.normalizedArch());
    }

    /** TLS by BoringSSL. */
    public static boolean boringSsl() {
        return has("netty_tcnative_" + PlatformDependent.normalizedOs() + "_" + PlatformDependent.normalizedArch());
    }

    private static boolean has(String name) {
        String file = System.mapLibraryName(name);
        return Arrays.stream(System.getProperty("java.library.path", "").split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .anyMatch(directory -> Files.isRegularFile(Path.of(directory, file)));
    }
}
