package io.svcdht.console;

import io.netty.util.NetUtil;
import io.svcdht.console.cli.FleetStarter;
import io.svcdht.console.cli.FleetStarter.Doors;
import io.svcdht.console.fleet.FleetPlace;
import io.svcdht.console.fleet.FleetStore;
import io.svcdht.console.web.FleetRouter;
import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.http.Access;
import io.svcdht.node.http.HttpLimits;
import io.svcdht.node.http.VertxFactory;
import io.svcdht.node.metrics.Metrics;
import io.svcdht.node.runtime.StartFailure;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the console of a fleet: on loopback for who sits there, else for who has a token; for no page of any other site. */
public final class FleetServer implements FleetStarter.Running {
    private static final Logger LOG = LoggerFactory.getLogger(FleetServer.class);
    private static final int BIND_SECONDS = 10;
    private static final int CLOSE_SECONDS = 5;
    private static final Pattern SESSIONS = Pattern.compile("/console/(nodes/[0-9a-f]{64}/)?log(in|out)");

    private final Vertx vertx;
    private final Doors doors;
    private @Nullable FleetRouter pages;
    private HostPort address;
    private volatile @Nullable TokenFile tokens;

    private FleetServer(Vertx vertx, Doors doors, @Nullable TokenFile tokens) {
        this.vertx = vertx;
        this.doors = doors;
        this.address = doors.at();
        this.tokens = tokens;
    }

    /**
     * Opens the pages.
     *
     * @throws StartFailure if it cannot listen there, or the tokens cannot be read
     */
    public static FleetServer start(FleetStore store, FleetPlace place, Doors doors) throws StartFailure {
        TokenFile tokens =
                doors.tokenFile().isEmpty() ? null : tokens(doors.tokenFile().get());
        FleetServer made = new FleetServer(VertxFactory.create(new Metrics(), 1), doors, tokens);
        made.open(store, place);
        return made;
    }

    private static TokenFile tokens(Path file) throws StartFailure {
        try {
            return TokenFile.read(file);
        } catch (TokenFile.Refused e) {
            throw new StartFailure(StartFailure.BAD_CONFIGURATION, "admin_token_file: " + e.getMessage(), e);
        }
    }

    private void open(FleetStore store, FleetPlace place) throws StartFailure {
        TokenFile first = tokens;
        Access access =
                first == null ? new Access.Open() : new Access.Tokens(() -> Objects.requireNonNullElse(tokens, first));
        FleetRouter made = FleetRouter.create(vertx, store, place, access);
        pages = made;
        Router root = Router.router(vertx);
        root.route().handler(this::admit);
        root.route("/console/*").subRouter(made.router());
        root.route("/").handler(rc -> {
            rc.response().setStatusCode(303).putHeader(HttpHeaders.LOCATION, "console/");
            rc.end();
        });
        HttpServerOptions options = new HttpServerOptions()
                .setMaxHeaderSize(HttpLimits.STANDARD.headerBytesMax())
                .setIdleTimeout(HttpLimits.STANDARD.idleSeconds())
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(true);
        HostPort at = doors.at();
        try {
            HttpServer server = ServingNode.wait(
                    vertx.createHttpServer(options).requestHandler(root).listen(at.port(), at.host()), BIND_SECONDS);
            address = new HostPort(at.host(), server.actualPort());
        } catch (CompletionException e) {
            close();
            throw new StartFailure(
                    StartFailure.CANNOT_BIND,
                    "cannot listen at %s: %s; give another port".formatted(at, e.getCause()),
                    e);
        }
    }

    /** Another site's name that leads to this machine, and another site's form, are refused. */
    private void admit(RoutingContext rc) {
        String host = rc.request().getHeader(HttpHeaders.HOST);
        HostAndPort named = host == null ? null : HostAndPort.parseAuthority(host, -1);
        if (named == null
                || !isOurs(named.host().toLowerCase(Locale.ROOT), rc.request().localAddress())) {
            refuse(rc, 421, "Host is not the address you came to, nor listed in allowed_hosts");
            return;
        }
        String origin = rc.request().getHeader(HttpHeaders.ORIGIN);
        if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            refuse(rc, 403, "Origin is another site");
            return;
        }
        HttpMethod method = rc.request().method();
        boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        if (!reads
                && !(tokens != null
                        && method.equals(HttpMethod.POST)
                        && SESSIONS.matcher(rc.normalizedPath()).matches())) {
            refuse(rc, 405, "nothing here can be changed");
            return;
        }
        rc.next();
    }

    private boolean isOurs(String name, @Nullable SocketAddress reached) {
        String host = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        if (host.equals("localhost") || doors.allowedHosts().contains(host)) {
            return true;
        }
        byte[] asked = NetUtil.createByteArrayFromIpAddressString(host);
        byte[] local = reached == null || reached.hostAddress() == null
                ? null
                : NetUtil.createByteArrayFromIpAddressString(reached.hostAddress());
        return asked != null && Arrays.equals(asked, local);
    }

    private static void refuse(RoutingContext rc, int status, String why) {
        rc.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
        rc.end(why + "\n");
    }

    @Override
    public HostPort address() {
        return address;
    }

    @Override
    public void reload() {
        if (doors.tokenFile().isPresent()) {
            try {
                tokens = TokenFile.read(doors.tokenFile().get());
            } catch (TokenFile.Refused e) {
                LOG.error("Tokens not reloaded, the old ones stay: {}", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        ServingNode.quietly("Vert.x", vertx.close(), CLOSE_SECONDS);
        if (pages != null) {
            pages.close();
        }
    }
}
