package io.svcdht.node.net.tor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.svcdht.node.Patience;
import io.svcdht.node.net.tor.FakeControl.Manner;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.OnionKey;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An onion service asked of a control port, also of one that denies, stalls, lies and is restarted. */
class OnionServiceTest {
    private static final Duration PATIENCE = Patience.LIMIT;

    @TempDir
    Path temp;

    private final Vertx vertx = Vertx.vertx();
    private final OnionKey key = NodeIdentity.ephemeralClassical().onionKey();
    private final List<AutoCloseable> open = new ArrayList<>();
    private byte[] cookie;
    private Path cookieFile;

    @BeforeEach
    void writeCookie() throws Exception {
        cookie = new byte[32];
        Arrays.fill(cookie, (byte) 9);
        cookieFile = Files.write(temp.resolve("control \"auth\" cookie"), cookie);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable c : open.reversed()) {
            c.close();
        }
        vertx.close().await();
    }

    private FakeControl control(String password) throws Exception {
        String escaped = cookieFile.toString().replace("\"", "\\\"");
        FakeControl c = new FakeControl(cookie, Path.of(escaped), password, k -> {
            assertThat(k).isEqualTo("ED25519-V3:" + Base64.getEncoder().encodeToString(key.expanded()));
            return key.host();
        });
        open.add(c);
        return c;
    }

    private OnionService service(FakeControl control, Path passwordFile, int patienceMillis) {
        OnionService s = OnionService.start(
                vertx,
                ((VertxInternal) vertx).createEventLoopContext(),
                new OnionService.Options(
                        control.at(),
                        passwordFile,
                        key,
                        5302,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 4321),
                        10,
                        patienceMillis));
        open.add(s::close);
        return s;
    }

    private OnionService service(FakeControl control) {
        return service(control, null, 60_000);
    }

    @Test
    void with_the_cookie_which_never_leaves() throws Exception {
        FakeControl control = control(null);
        OnionService s = service(control);

        await().atMost(PATIENCE).until(() -> s.reachable().isPresent());

        assertThat(s.address().text()).isEqualTo(key.host() + ":5302");
        assertThat(s.reachable()).contains(s.address());
        assertThat(s.isCarried()).isTrue();
        assertThat(control.heard.getLast()).startsWith("ADD_ONION ED25519-V3:").endsWith(" Port=5302,127.0.0.1:4321");
        assertThat(String.join("\n", control.heard)).doesNotContainIgnoringCase("09".repeat(32));
    }

    @Test
    void with_a_password() throws Exception {
        Path file = Files.writeString(temp.resolve("password"), "a \"secret\" \\ one\nnot this\n");
        FakeControl control = control("a \"secret\" \\ one");
        OnionService s = service(control, file, 60_000);

        await().atMost(PATIENCE).until(() -> s.reachable().isPresent());
        assertThat(control.heard).contains("AUTHENTICATE \"a \\\"secret\\\" \\\\ one\"");
    }

    @Test
    void it_is_told_to_others_only_when_they_can_reach_it() throws Exception {
        FakeControl control = control(null);
        control.behave(Manner.SILENT_ABOUT_DESCRIPTORS);
        OnionService s = service(control);

        await().atMost(PATIENCE).until(s::isCarried);
        assertThat(s.reachable()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"DENIES", "OTHER_SERVICE", "COLLISION", "WRONG_PROOF", "ENDLESS_LINE", "ENDLESS_REPLY"})
    void what_goes_wrong_is_tried_again(Manner manner) throws Exception {
        FakeControl control = control(null);
        control.behave(manner);
        OnionService s = service(control);
        await().atMost(PATIENCE)
                .until(() ->
                        control.heard.stream().filter("PROTOCOLINFO 1"::equals).count() >= 3);
        assertThat(s.isCarried()).isFalse();
        assertThat(s.reachable()).isEmpty();

        control.behave(Manner.PROPER);

        await().atMost(PATIENCE).until(() -> s.reachable().isPresent());
    }

    @Test
    void one_that_does_not_know_its_cookie_gets_no_proof_and_no_key() throws Exception {
        FakeControl control = control(null);
        control.behave(Manner.WRONG_PROOF);
        service(control);

        await().atMost(PATIENCE)
                .until(() -> control.heard.stream().anyMatch(l -> l.startsWith("AUTHENTICATE"))
                        || control.heard.stream()
                                        .filter("PROTOCOLINFO 1"::equals)
                                        .count()
                                >= 3);
        assertThat(control.heard).noneMatch(l -> l.startsWith("AUTHENTICATE") || l.startsWith("ADD_ONION"));
    }

    @Test
    void no_file_but_a_cookie_is_hashed_for_anybody() throws Exception {
        Files.write(cookieFile, new byte[33]);
        FakeControl control = control(null);
        service(control);

        await().atMost(PATIENCE)
                .until(() ->
                        control.heard.stream().filter("PROTOCOLINFO 1"::equals).count() >= 2);
        assertThat(control.heard).containsOnly("PROTOCOLINFO 1");
    }

    @Test
    void one_that_stalls_is_left() throws Exception {
        FakeControl control = control(null);
        control.behave(Manner.STALLS);
        OnionService s = service(control, null, 500);
        await().atMost(PATIENCE).until(() -> control.heard.size() >= 3);
        control.behave(Manner.PROPER);
        await().atMost(PATIENCE).until(() -> s.reachable().isPresent());
    }

    @Test
    void a_daemon_that_is_restarted_is_asked_again() throws Exception {
        FakeControl control = control(null);
        OnionService s = service(control);
        await().atMost(PATIENCE).until(() -> s.reachable().isPresent());

        control.dropAll();

        await().atMost(PATIENCE)
                .until(() -> control.heard.stream()
                                .filter(line -> line.startsWith("ADD_ONION"))
                                .count()
                        == 2);
        await().atMost(PATIENCE).until(() -> s.reachable().isPresent());
    }

    @Test
    void closing_lets_the_service_go() throws Exception {
        FakeControl control = control(null);
        OnionService s = service(control);
        await().atMost(PATIENCE).until(() -> s.reachable().isPresent());

        s.close();

        await().atMost(PATIENCE).until(() -> control.connections() == 0);
        assertThat(s.reachable()).isEmpty();
    }
}
