package io.svcdht.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.bus.ClusterMaker;
import io.svcdht.node.bus.ClusteredBus;
import io.svcdht.node.config.BusConfig;
import io.svcdht.node.config.BusConfig.Tls;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.extra.OptionalJars;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service in this process and a node in another, on one bus. */
class TwoProcessesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Each takes so many in a row. */
    private static final int PORTS = 3;

    @TempDir
    Path directory;

    /** A member's port, that of its bus, and that of its door. */
    private static int freePorts() throws IOException {
        SecureRandom luck = new SecureRandom();
        while (true) {
            int first = 20_000 + luck.nextInt(10_000);
            if (isFree(first) && isFree(first + 1) && isFree(first + 2)) {
                return first;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket s = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return s.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private Process node(BusConfig bus) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:+UseSerialGC");
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> a.startsWith("--add-") || a.startsWith("--enable-") || a.startsWith("--sun-"))
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add("io.svcdht.console.Main");
        command.add("run");
        command.add("--admin-bind=127.0.0.1:0");
        command.add("--peer-bind=127.0.0.1:0");
        command.add("--data-dir=" + directory.resolve("data"));
        command.add("--bus-cluster=" + bus.cluster().orElseThrow());
        command.add("--bus-cluster-members="
                + String.join(
                        ",", bus.members().stream().map(HostPort::toString).toList()));
        bus.tls().ifPresent(tls -> {
            command.add("--bus-tls-cert=" + tls.certificate());
            command.add("--bus-tls-key=" + tls.key());
            command.add("--bus-tls-ca=" + tls.authority());
        });
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("node.log").toFile())
                .start();
    }

    private static <T> T get(io.vertx.core.Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Asks until somebody is there to answer. */
    private static JsonObject ask(Vertx service, String address, JsonObject body) {
        AtomicReference<JsonObject> answer = new AtomicReference<>();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            try {
                answer.set(get(service.eventBus().<JsonObject>request(address, body))
                        .body());
                return true;
            } catch (CompletionException e) {
                assertThat(e.getCause()).isInstanceOf(ReplyException.class);
                return false;
            }
        });
        return answer.get();
    }

    private void shareABus(Optional<Tls> tls) throws Exception {
        HostPort ours = new HostPort("127.0.0.1", freePorts());
        int other = freePorts();
        while (Math.abs(other - ours.port()) < PORTS) {
            other = freePorts();
        }
        HostPort theirs = new HostPort("127.0.0.1", other);
        List<HostPort> members = List.of(ours, theirs);
        Process node = node(new BusConfig(Optional.empty(), Optional.of(theirs), members, tls));
        BusConfig bus = new BusConfig(Optional.empty(), Optional.of(ours), members, tls);
        Vertx service = get(Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(2).setEventBusOptions(ClusteredBus.options(bus)))
                .withClusterManager(OptionalJars.find(ClusterMaker.class, "cluster", "bus_cluster")
                        .make(bus))
                .buildClustered());
        try {
            List<JsonObject> accepted = new CopyOnWriteArrayList<>();
            get(service.eventBus()
                    .<JsonObject>consumer("svc-dht.provider.accepted", m -> accepted.add(m.body()))
                    .completion());
            JsonObject cid = new JsonObject().put("cid", "b3:clustered");
            JsonObject provided = ask(service, "ron.dht.provide", cid.copy().put("node", "local://here"));
            assertThat(provided.getBoolean("ok")).isTrue();
            JsonObject found = ask(service, "ron.dht.find_providers", cid);
            assertThat(found.getJsonArray("providers")).containsExactly("local://here");
            await().atMost(PATIENCE).until(() -> !accepted.isEmpty());
            assertThat(accepted.getFirst().getString("cid")).isEqualTo("b3:clustered");
            assertThat(accepted.getFirst().getString("by")).startsWith("n3:");
            assertThatThrownBy(() -> get(service.eventBus().request("ron.dht.provide", new JsonObject())))
                    .cause()
                    .isInstanceOf(ReplyException.class)
                    .hasMessageStartingWith("BadRequest: ");
            for (int port : List.of(theirs.port(), theirs.port() + 1)) {
                if (tls.isPresent()) {
                    assertThatThrownBy(() -> knock(port)).isInstanceOf(SSLException.class);
                }
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("the node said:\n" + Files.readString(directory.resolve("node.log")), e);
        } finally {
            get(service.close());
            node.destroy();
            if (!node.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                node.destroyForcibly();
            }
        }
        assertThat(Files.readString(directory.resolve("node.log"))).contains("The event bus is clustered");
    }

    /** Comes without a certificate, believing whatever it is shown. */
    static void knock(int port) throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.startHandshake();
            socket.getInputStream().read();
        }
    }

    @Test
    void a_service_and_a_node_share_a_bus() throws Exception {
        shareABus(Optional.empty());
    }

    @Test
    void with_tls_all_of_it_goes_through_that_and_strangers_stay_outside() throws Exception {
        shareABus(Optional.of(Certificates.in(directory)));
    }
}
