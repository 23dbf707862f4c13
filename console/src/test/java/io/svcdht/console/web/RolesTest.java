package io.svcdht.console.web;

import static io.svcdht.console.view.FakeNode.NOW;
import static io.svcdht.console.view.FakeNode.cid;
import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.console.view.ConfigKeyPage;
import io.svcdht.console.view.FakeNetwork;
import io.svcdht.console.view.FakeNode;
import io.svcdht.console.view.RealLookups;
import io.svcdht.node.Network.Wanted;
import io.svcdht.node.config.ConfigLoader;
import io.svcdht.node.config.ConfigResult.Loaded;
import io.svcdht.node.config.Flags;
import io.svcdht.node.config.LiveSettings;
import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.http.Access;
import io.svcdht.storage.event.DhtEvent.AuditRecorded;
import io.svcdht.storage.event.DhtEvent.PeerBanned;
import io.svcdht.storage.event.DhtEvent.PeerUnbanned;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.trace.LookupRecord;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route of the console as each role, and what sessions and forms are worth. */
class RolesTest {
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([0-9a-f]{64})\"");
    private static final String CID = ContentId.canonical(cid(1).key());
    private static final Map<String, String> VARIABLES = Map.of(
            ":position", "1", ":cid", CID, ":bucket", "3", ":id", new NodeId(cid(9).key()).text(), ":key", "log_level");

    private static final LookupRecord LOOKUP = new RealLookups(1).find(CID, NOW, 3, 0);

    private final FakeNode node = new FakeNode();
    private final FakeNetwork network = new FakeNetwork();
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<TokenFile> tokens = new AtomicReference<>();
    private final List<Input> asked = new ArrayList<>();
    private Served console;

    @TempDir
    Path temp;

    @BeforeEach
    void start() throws Exception {
        node.announced(NOW - 1_000, cid(1), "local://own", 600);
        node.traces().keep(LOOKUP);
        node.network(network).settings(settings());
        node.onSubmit(input -> {
            asked.add(input);
            switch (input) {
                case Input.Withdraw w ->
                    w.replyTo()
                            .reply(
                                    w.locator().equals("local://own")
                                            ? new Outcome.Withdrawn(2)
                                            : new Outcome.Refused(
                                                    ErrorCode.NotFound, "this node publishes no such record"));
                case Input.Ban b ->
                    b.replyTo().reply(new Outcome.Done(node.happened(NOW, 0, new PeerBanned(b.what(), b.reason()))));
                case Input.Unban b ->
                    b.replyTo().reply(new Outcome.Done(node.happened(NOW, 0, new PeerUnbanned(b.what()))));
                case Input.Kept k -> k.replyTo().reply(new Outcome.Done(node.happened(NOW, 0, k.event())));
                default -> throw new IllegalStateException("nobody asked for " + input);
            }
        });
        tokens.set(file("viewer", "operator", "admin"));
        console = new Served(node, "/some/prefix/console", new Access.Tokens(tokens::get));
    }

    @AfterEach
    void stop() {
        console.close();
        client.close();
    }

    private static LiveSettings settings() {
        return LiveSettings.of((Loaded) ConfigLoader.load(Flags.parse(List.of()), Map.of()));
    }

    /** Tokens are named as their roles are. */
    private TokenFile file(String... roles) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (String role : roles) {
            lines.append(TokenFile.line(Role.valueOf(role.toUpperCase(java.util.Locale.ROOT)), role))
                    .append('\n');
        }
        Path path = temp.resolve("tokens-" + roles.length);
        Files.writeString(path, lines);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        return TokenFile.read(path);
    }

    @Test
    void every_page_and_export_is_for_viewers_and_nobody_below() throws Exception {
        List<String> paths = new ArrayList<>(List.of("find?q=1"));
        PageRoute.ALL.forEach(p -> paths.add(filled(p.path())));
        Download.ALL.forEach(d -> paths.add(filled(d.path()) + "?vs=seq:1&id=" + LOOKUP.id()));
        assertThat(paths).hasSizeGreaterThan(10);
        for (String path : paths) {
            HttpResponse<String> stranger = send("GET", path, null, "");
            assertThat(stranger.statusCode()).as(path).isEqualTo(401);
            assertThat(stranger.body())
                    .as(path)
                    .contains("Sign in")
                    .doesNotContain(node.id().text().substring(0, 11))
                    .doesNotContain("local://own");
            assertThat(send("GET", path, "Bearer wrong", "").statusCode()).isEqualTo(401);
            for (String role : List.of("viewer", "operator", "admin")) {
                assertThat(send("GET", path, "Bearer " + role, "").statusCode())
                        .as("%s as %s", path, role)
                        .isIn(200, 303);
            }
        }
        assertThat(PageRoute.ALL).allMatch(p -> p.role() == Role.VIEWER);
    }

    @Test
    void every_deed_needs_its_role_and_the_form_made_for_the_caller() throws Exception {
        assertThat(Deed.ALL).hasSize(8);
        for (Deed deed : Deed.ALL) {
            String path = filled(deed.path());
            assertThat(send("POST", path, null, "csrf=x").statusCode()).isEqualTo(401);
            for (Role role : Role.values()) {
                node.settings(settings());
                if (path.endsWith("/unset")) {
                    node.settings().orElseThrow().set(ConfigKeyPage.key("log_level"), "debug", "a test");
                }
                String body = "locator=local://own&from=info&value=warn&reason=moved&csrf=";
                String session = signedIn(role);
                HttpResponse<String> forged = withCookie("POST", path, session, body + "0".repeat(64));
                assertThat(forged.statusCode()).isEqualTo(403);
                assertThat(asked).as("a forged form does nothing").isEmpty();
                assertThat(network.asked()).isEmpty();
                // The form to sign out is on every page of a session, so that a viewer has the word as well.
                String csrf = csrf(withCookie("GET", "", session, "").body());
                assertThat(csrf).isNotEmpty();
                HttpResponse<String> done = withCookie("POST", path, session, body + csrf);
                boolean may = role.covers(deed.role());
                assertThat(done.statusCode())
                        .as("%s as %s: %s", path, role, done.body())
                        .isEqualTo(may ? 303 : 403);
                assertThat(asked.stream().filter(i -> i instanceof Input.Kept(AuditRecorded _, var _)))
                        .as("told once: %s", path)
                        .hasSize(may ? 1 : 0);
                assertThat(network.asked().isEmpty() || may).isTrue();
                String level = node.config().logLevel().name();
                assertThat(level)
                        .as("%s as %s", path, role)
                        .isEqualTo(
                                may && path.endsWith("/set")
                                        ? "WARN"
                                        : !may && path.endsWith("/unset") ? "DEBUG" : "INFO");
                asked.clear();
                network.asked().clear();
            }
        }
    }

    @Test
    void what_would_change_is_shown_to_admins_before_it_is_done() throws Exception {
        for (Role role : Role.values()) {
            String session = signedIn(role);
            String csrf = csrf(withCookie("GET", "", session, "").body());
            HttpResponse<String> shown = withCookie(
                    "POST", "config/log_level", session, "value=warn&reason=%3Cb%3Eloud%3C/b%3E&csrf=" + csrf);
            assertThat(shown.statusCode()).isEqualTo(role == Role.ADMIN ? 200 : 403);
            assertThat(withCookie("POST", "config/log_level", session, "value=warn&reason=x&csrf=0")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(node.config().logLevel().name()).isEqualTo("INFO");
            assertThat(asked).isEmpty();
            String page = withCookie("GET", "config/log_level", session, "").body();
            if (role == Role.ADMIN) {
                assertThat(shown.body())
                        .contains("&lt;b&gt;loud&lt;/b&gt;", "the next start goes back to info (default)")
                        .doesNotContain("<b>loud");
                assertThat(page).contains("Look at the change");
            } else {
                assertThat(page).contains("Only an admin may change it.").doesNotContain("Look at the change");
            }
        }
    }

    @Test
    void what_changed_since_it_was_shown_or_cannot_be_is_not_done() throws Exception {
        assertThat(Deed.ALL.stream().filter(d -> d.path().startsWith("/config")))
                .hasSize(2)
                .allMatch(d -> d.role() == Role.ADMIN);
        String csrf = csrf(send("GET", "config/log_level", "Bearer admin", "").body());
        for (String[] no : new String[][] {
            {"log_level", "from=warn&value=debug", "Meanwhile log_level became info"},
            {"log_level", "from=info&value=%3Cscript%3Ealert(1)%3C/script%3E", "is none of"},
            {"log_level", "from=info&value=info", "has that value already"},
            {"data_dir", "from=data&value=/tmp", "takes effect at the start only"},
            {"console_read_only", "from=false&value=true", "could not be taken back"}
        }) {
            HttpResponse<String> refused =
                    send("POST", "config/" + no[0] + "/set", "Bearer admin", no[1] + "&reason=x&csrf=" + csrf);
            assertThat(refused.statusCode()).as(no[1]).isEqualTo(400);
            assertThat(refused.body()).contains(no[2]).doesNotContain("<script>alert");
        }
        HttpResponse<String> nonsense = send(
                "POST",
                "config/log_level",
                "Bearer admin",
                "value=%3Cscript%3Ealert(1)%3C/script%3E&reason=x&csrf=" + csrf);
        assertThat(nonsense.statusCode()).isEqualTo(400);
        assertThat(nonsense.body()).doesNotContain("<script>alert");
        for (String path : List.of("config/nothing/set", "buckets/999/refresh", "peers/nobody/ping")) {
            assertThat(send("POST", path, "Bearer admin", "from=&value=x&reason=x&csrf=" + csrf)
                            .statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
        node.network(null);
        for (String path :
                List.of("lookups/" + LOOKUP.id() + "/again", "buckets/3/refresh", filled("/peers/:id/ping"))) {
            HttpResponse<String> alone = send("POST", path, "Bearer admin", "reason=x&csrf=" + csrf);
            assertThat(alone.statusCode()).isEqualTo(503);
            assertThat(alone.body()).contains("This node talks to no others");
        }
        assertThat(asked).isEmpty();
        assertThat(node.config().logLevel().name()).isEqualTo("INFO");
    }

    @Test
    void a_peer_is_banned_and_the_ban_is_lifted_by_an_admin() throws Exception {
        String peer = filled("/peers/:id");
        assertThat(send("GET", peer, "Bearer operator", "").body()).doesNotContain("/ban\"");
        String page = send("GET", peer, "Bearer admin", "").body();
        assertThat(page).contains("/ban\"").doesNotContain("/unban\"");
        String csrf = csrf(page);
        assertThat(send("POST", peer + "/ban", "Bearer admin", "reason=%3Cb%3Elies&csrf=" + csrf)
                        .statusCode())
                .isEqualTo(303);
        assertThat(asked.getFirst()).isInstanceOfSatisfying(Input.Ban.class, b -> assertThat(b.reason())
                .isEqualTo("<b>lies"));
        assertThat(((AuditRecorded) ((Input.Kept) asked.getLast()).event()).what())
                .isEqualTo("ban");
        String banned = send("GET", peer, "Bearer admin", "").body();
        assertThat(banned).contains("and banned", "/unban\"").doesNotContain("<b>lies");
        assertThat(send("POST", peer + "/unban", "Bearer admin", "reason=mended&csrf=" + csrf)
                        .statusCode())
                .isEqualTo(303);
        assertThat(send("GET", peer, "Bearer admin", "").body()).doesNotContain("and banned");
    }

    @Test
    void what_came_of_a_ping_and_a_refresh_stands_on_the_page() throws Exception {
        String csrf = csrf(send("GET", "buckets/3", "Bearer operator", "").body());
        assertThat(send("POST", "buckets/3/refresh", "Bearer operator", "reason=look&csrf=" + csrf)
                        .headers()
                        .firstValue("location"))
                .hasValue("../3");
        assertThat(send("GET", "buckets/3", "Bearer viewer", "").body())
                .contains("Refreshed from here: 4 in its range answered, 0 s ago.");
        String peer = filled("/peers/:id");
        assertThat(send("POST", peer + "/ping", "Bearer operator", "reason=there&csrf=" + csrf)
                        .statusCode())
                .isEqualTo(303);
        assertThat(send("GET", peer, "Bearer viewer", "").body())
                .contains("It answered a ping after 1.482 ms, 0 s ago.");
        String again = send("POST", "lookups/" + LOOKUP.id() + "/again", "Bearer operator", "reason=why&csrf=" + csrf)
                .headers()
                .firstValue("location")
                .orElseThrow();
        Wanted wanted = (Wanted) network.asked().getLast();
        assertThat(again).isEqualTo("../" + wanted.lookupId());
        assertThat(wanted.key()).isEqualTo(LOOKUP.target());
        assertThat(wanted.anew()).isTrue();
        assertThat(wanted.lookupId().version()).isEqualTo(7);
        assertThat(asked)
                .extracting(i -> ((AuditRecorded) ((Input.Kept) i).event()).what())
                .containsExactly("refresh bucket", "ping", "look again");
    }

    @Test
    void what_was_done_is_told_in_the_journal_with_who_and_why() throws Exception {
        String csrf =
                csrf(send("GET", "providers/" + CID, "Bearer operator", "").body());
        HttpResponse<String> done = send(
                "POST",
                "providers/" + CID + "/withdraw",
                "Bearer operator",
                "locator=local://own&reason=%3Cb%3Emoved%3C/b%3E&csrf=" + csrf);
        assertThat(done.headers().firstValue("location")).hasValue("../" + CID);
        assertThat(asked.getFirst()).isInstanceOf(Input.Withdraw.class);
        assertThat(((Input.Kept) asked.getLast()).event())
                .isEqualTo(new AuditRecorded("operator", "withdraw", CID + " local://own", "<b>moved</b>"));
        assertThat(send("GET", "journal", "Bearer viewer", "").body())
                .contains("&lt;b&gt;moved&lt;/b&gt;")
                .doesNotContain("<b>moved");
    }

    @Test
    void what_the_engine_refuses_is_said_in_words_and_not_told_as_done() throws Exception {
        String csrf =
                csrf(send("GET", "providers/" + CID, "Bearer operator", "").body());
        String path = "providers/" + CID + "/withdraw";
        HttpResponse<String> refused =
                send("POST", path, "Bearer operator", "locator=local://other&reason=x&csrf=" + csrf);
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.body()).contains("This node publishes no such record.");
        assertThat(asked).hasSize(1);
        assertThat(send("POST", path, "Bearer operator", "locator=local://own&reason=+&csrf=" + csrf)
                        .statusCode())
                .isEqualTo(400);
        assertThat(asked).hasSize(1);
    }

    @Test
    void read_only_console_takes_no_form_from_anybody() throws Exception {
        node.settings(LiveSettings.of(
                (Loaded) ConfigLoader.load(Flags.parse(List.of("--console-read-only=true")), Map.of())));
        String page = send("GET", "providers/" + CID, "Bearer admin", "").body();
        assertThat(page).contains("read-only").doesNotContain("Withdraw…");
        HttpResponse<String> refused =
                send("POST", "providers/" + CID + "/withdraw", "Bearer admin", "locator=local://own&reason=x&csrf=x");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("console_read_only");
        for (String path : List.of("config/log_level", "buckets/3", "lookups/" + LOOKUP.id())) {
            assertThat(send("GET", path, "Bearer admin", "").body()).as(path).doesNotContain("method=\"post\"");
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void session_begins_with_a_token_and_ends_with_it() throws Exception {
        assertThat(send("POST", "login", null, "token=wrong").statusCode()).isEqualTo(401);
        HttpResponse<String> in = send("POST", "login", null, "token=operator&next=providers?sort=cid");
        assertThat(in.statusCode()).isEqualTo(303);
        assertThat(in.headers().firstValue("location")).hasValue("./providers?sort=cid");
        String cookie = in.headers().firstValue("set-cookie").orElseThrow();
        assertThat(cookie)
                .containsIgnoringCase("HttpOnly")
                .contains("SameSite=Strict")
                .doesNotContain("Path");
        String session = cookie.substring(0, cookie.indexOf(';'));
        String page = withCookie("GET", "providers/" + CID, session, "").body();
        assertThat(page).contains("operator").contains("Sign out").contains("Withdraw…");
        String csrf = csrf(page);
        assertThat(withCookie(
                                "POST",
                                "providers/" + CID + "/withdraw",
                                session,
                                "locator=local://own&reason=x&csrf=" + csrf)
                        .statusCode())
                .isEqualTo(303);
        assertThat(((Input.Kept) asked.getLast()).event())
                .isInstanceOfSatisfying(
                        AuditRecorded.class, a -> assertThat(a.who()).isEqualTo("operator, signed in"));
        String another = send("POST", "login", null, "token=operator")
                .headers()
                .firstValue("set-cookie")
                .orElseThrow();
        assertThat(withCookie("POST", "logout", another.substring(0, another.indexOf(';')), "csrf=" + csrf)
                        .statusCode())
                .as("another session's form")
                .isEqualTo(403);
        tokens.set(file("viewer", "admin"));
        assertThat(withCookie("GET", "", session, "").statusCode())
                .as("the token was taken away")
                .isEqualTo(401);
        tokens.set(file("viewer", "operator", "admin"));
        assertThat(withCookie("GET", "", session, "").statusCode()).isEqualTo(200);
        assertThat(withCookie("POST", "logout", session, "csrf=" + csrf).statusCode())
                .isEqualTo(303);
        assertThat(withCookie("GET", "", session, "").statusCode()).isEqualTo(401);
    }

    @Test
    void signing_in_leads_nowhere_else() throws Exception {
        for (String next :
                List.of("//evil.example/", "https://evil.example/", "../../x", "javascript:alert(1)", "/x")) {
            assertThat(send("POST", "login", null, "token=viewer&next=" + next)
                            .headers()
                            .firstValue("location"))
                    .as(next)
                    .hasValue("./");
        }
    }

    @Test
    void session_ends_by_itself() {
        long[] now = {0};
        Sessions sessions = new Sessions(() -> now[0]);
        String name = sessions.begin(new byte[32]);
        for (int i = 0; i < 48; i++) {
            now[0] += 14L * 60 * 1_000_000_000;
            assertThat(sessions.tokenDigest(name)).isPresent();
        }
        now[0] += 60L * 60 * 1_000_000_000;
        assertThat(sessions.tokenDigest(name)).as("idle for an hour").isEmpty();
        String old = sessions.begin(new byte[32]);
        for (int i = 0; i < 25; i++) {
            now[0] += 29L * 60 * 1_000_000_000;
            sessions.tokenDigest(old);
        }
        assertThat(sessions.tokenDigest(old)).as("older than twelve hours").isEmpty();
    }

    private String signedIn(Role role) throws Exception {
        String cookie = send("POST", "login", null, "token=" + role.text())
                .headers()
                .firstValue("set-cookie")
                .orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private static String filled(String path) {
        String filled = path.substring(1).replace("lookups/:id", "lookups/" + LOOKUP.id());
        for (Map.Entry<String, String> v : VARIABLES.entrySet()) {
            filled = filled.replace(v.getKey(), v.getValue());
        }
        return filled;
    }

    private static String csrf(String html) {
        Matcher m = CSRF.matcher(html);
        return m.find() ? m.group(1) : "";
    }

    private HttpResponse<String> send(String method, String path, String bearer, String body) throws Exception {
        HttpRequest.Builder r = request(method, path, body);
        if (bearer != null) {
            r.header("Authorization", bearer);
        }
        return client.send(r.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> withCookie(String method, String path, String cookie, String body) throws Exception {
        return client.send(request(method, path, body).header("Cookie", cookie).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create(console.base() + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }
}
