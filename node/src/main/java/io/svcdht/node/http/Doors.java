package io.svcdht.node.http;

import io.netty.util.NetUtil;
import io.svcdht.node.config.Role;
import io.svcdht.node.error.ErrorCode;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands before every request: is it meant for this node (Host), does it come from one of our own pages (Origin),
 * may the caller do this (role), and does a write say what it carries (Content-Type). One instance per event loop.
 */
final class Doors {
    private static final CharSequence ORIGIN = HttpHeaders.createOptimized("origin");
    private static final String BEARER = "bearer ";
    private static final int TOKEN_CHARS_MAX = 4096;

    private final Supplier<List<String>> allowedHosts;
    private final Access access;
    private @Nullable String lastHost;
    private List<String> lastAllowed = List.of();

    Doors(Supplier<List<String>> allowedHosts, Access access) {
        this.allowedHosts = allowedHosts;
        this.access = access;
    }

    /** Whether callers have to show a token. */
    boolean asksForTokens() {
        return access instanceof Access.Tokens;
    }

    /**
     * Host and Origin.
     *
     * @param fromAnywhere whether pages of any site may ask this
     */
    void admit(HttpServerRequest r, boolean fromAnywhere) {
        String host = r.getHeader(HttpHeaders.HOST);
        if (host == null) {
            throw ApiError.badRequest("the Host header is missing; send the address you connect to");
        }
        if (r.uri().regionMatches(true, 0, "http", 0, 4)) {
            // The absolute form of the request line names the host a second time, and overrides the header.
            HostAndPort named = HostAndPort.parseAuthority(authorityOf(r.uri()), -1);
            checkHost(named == null ? "" : named.host(), r.localAddress());
        }
        List<String> allowed = allowedHosts.get();
        // Nearly every request of a client names the same host; the answer for a name changes only with the settings.
        if (!host.equals(lastHost) || !allowed.equals(lastAllowed)) {
            HostAndPort named = HostAndPort.parseAuthority(host, -1);
            checkHost(named == null ? "" : named.host(), r.localAddress());
            lastHost = host;
            lastAllowed = allowed;
        }
        String origin = fromAnywhere ? null : r.getHeader(ORIGIN);
        if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            throw ApiError.of(
                    ErrorCode.Forbidden,
                    "Origin is not this node's own; call from a page this node serves, or without a browser");
        }
    }

    private void checkHost(String host, @Nullable SocketAddress local) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.equals("localhost") || allowedHosts.get().contains(name) || isLocal(name, local)) {
            return;
        }
        throw ApiError.of(
                ErrorCode.WrongHost,
                "Host is neither an address this node listens on, nor localhost, nor listed in allowed_hosts");
    }

    /** Whether the host is the very address the connection reached us at. */
    private static boolean isLocal(String host, @Nullable SocketAddress local) {
        if (local == null || local.hostAddress() == null) {
            return false;
        }
        byte[] named = NetUtil.createByteArrayFromIpAddressString(host);
        byte[] reached = NetUtil.createByteArrayFromIpAddressString(local.hostAddress());
        return named != null && Arrays.equals(named, reached);
    }

    private static String authorityOf(String uri) {
        int from = uri.indexOf("://") + 3;
        int to = uri.indexOf('/', from);
        return from < 3 ? "" : uri.substring(from, to < 0 ? uri.length() : to);
    }

    /**
     * Whether the caller has the role.
     *
     * @param needed null = anybody
     */
    void authorize(HttpServerRequest r, @Nullable Role needed) {
        if (needed == null) {
            return;
        }
        switch (access) {
            case Access.Open open -> {}
            case Access.Tokens tokens -> {
                Role role = bearer(r).flatMap(tokens::roleOf).orElseThrow(() -> ApiError.of(
                                ErrorCode.Unauthorized,
                                "send a valid token as Authorization: Bearer <token>; see admin_token_file")
                        .withHeader("www-authenticate", "Bearer realm=\"svc-dht\""));
                if (!role.covers(needed)) {
                    throw ApiError.of(
                            ErrorCode.Forbidden,
                            "this token's role is %s; this call needs %s".formatted(role.text(), needed.text()));
                }
            }
        }
    }

    private static Optional<String> bearer(HttpServerRequest r) {
        String header = r.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null
                || header.length() > TOKEN_CHARS_MAX
                || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.empty();
        }
        return Optional.of(header.substring(BEARER.length()).strip());
    }

    /** A body must say that it is of this type; a charset other than UTF-8 is refused. */
    static void checkContentType(HttpServerRequest r, String wanted) {
        String type = r.getHeader(HttpHeaders.CONTENT_TYPE);
        if (wanted.equals(type)) {
            return;
        }
        if (type != null) {
            String[] parts = type.toLowerCase(Locale.ROOT).split(";", -1);
            String charset = parts.length > 1 ? parts[1].replace("\"", "").strip() : "charset=utf-8";
            if (parts[0].strip().equals(wanted) && parts.length <= 2 && charset.equals("charset=utf-8")) {
                return;
            }
        }
        throw ApiError.of(ErrorCode.UnsupportedMedia, "send the body as UTF-8 with Content-Type: " + wanted);
    }
}
