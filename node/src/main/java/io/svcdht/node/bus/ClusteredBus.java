package io.svcdht.node.bus;

import io.svcdht.node.config.BusConfig;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.spi.cluster.ClusterManager;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/** Makes the bus of this process one with that of others. */
public final class ClusteredBus {
    /** The bus itself listens at the port behind that of the cluster. */
    private static final int BUS_PORT_OFFSET = 1;

    private ClusteredBus() {}

    /** The jars of the cluster module are not there. */
    public static final class Missing extends Exception {
        private static final long serialVersionUID = 1L;

        private Missing(String sentence) {
            super(sentence);
        }
    }

    /** How the bus's own connections are made; for settings with a cluster. */
    public static EventBusOptions options(BusConfig bus) {
        HostPort at = bus.cluster().orElseThrow();
        EventBusOptions options = new EventBusOptions().setHost(at.host()).setPort(at.port() + BUS_PORT_OFFSET);
        bus.tls().ifPresent(tls -> options.setSsl(true)
                .setKeyCertOptions(BusTls.ours(tls))
                .setTrustOptions(BusTls.theirs(tls))
                .setClientAuth(ClientAuth.REQUIRED)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3")));
        return options;
    }

    /**
     * Who keeps the members of the cluster together.
     *
     * @throws Missing with where its jars are looked for
     */
    public static ClusterManager manager(BusConfig bus) throws Missing {
        Optional<ClusterMaker> maker = ServiceLoader.load(ClusterMaker.class).findFirst();
        if (maker.isEmpty()) {
            Optional<Path> directory = directory();
            List<Path> jars = directory.map(ClusteredBus::jars).orElse(List.of());
            maker = jars.isEmpty() ? Optional.empty() : maker(jars);
            if (maker.isEmpty()) {
                throw new Missing("bus_cluster needs the cluster module; put its jars into %s"
                        .formatted(directory.map(Path::toString).orElse("the class path")));
            }
        }
        return maker.get().make(bus);
    }

    private static Optional<ClusterMaker> maker(List<Path> jars) {
        URL[] urls = jars.stream().map(ClusteredBus::url).toArray(URL[]::new);
        // Left open: it lives as long as the cluster does, which is as long as the process.
        ClassLoader loader = new URLClassLoader("cluster", urls, ClusteredBus.class.getClassLoader());
        return ServiceLoader.load(ClusterMaker.class, loader).findFirst();
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("no jar can be at " + jar, e);
        }
    }

    /** Beside our own jar, where the program is packaged. */
    private static Optional<Path> directory() {
        CodeSource source = ClusteredBus.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Optional.empty();
        }
        try {
            Path ours = Path.of(source.getLocation().toURI());
            return Optional.ofNullable(ours.resolveSibling("cluster"));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static List<Path> jars(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
