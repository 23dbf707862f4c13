package io.svcdht.console.web;

import io.svcdht.console.view.Visit.Caller;
import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.http.Access;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who comes to the console: anybody where the node asks nobody, else who sends a token or has a session. Every form
 * carries a word that only pages made for the same caller have, so that no other site can send one in their name.
 */
final class Entrance {
    static final String COOKIE = "svcdht_session";

    private static final String BEARER = "bearer ";
    private static final int TOKEN_CHARS_MAX = 4096;

    private final Access access;
    private final BooleanSupplier readOnly;
    private final Sessions sessions;
    private final byte[] secret = new byte[32];

    Entrance(Access access, BooleanSupplier readOnly, Sessions sessions) {
        this.access = access;
        this.readOnly = readOnly;
        this.sessions = sessions;
        new SecureRandom().nextBytes(secret);
    }

    /** Who calls; empty = a stranger. */
    Optional<Caller> caller(HttpServerRequest r) {
        return switch (access) {
            case Access.Open _ -> Optional.of(caller(Role.ADMIN, "open", false));
            case Access.Tokens tokens -> {
                String header = r.getHeader(HttpHeaders.AUTHORIZATION);
                yield header != null ? byToken(tokens, header) : bySession(tokens, r);
            }
        };
    }

    private Optional<Caller> byToken(Access.Tokens tokens, String header) {
        if (header.length() > TOKEN_CHARS_MAX || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.empty();
        }
        String token = header.substring(BEARER.length()).strip();
        return tokens.roleOf(token)
                .map(role -> caller(role, "bearer " + HexFormat.of().formatHex(TokenFile.digestOf(token)), false));
    }

    private Optional<Caller> bySession(Access.Tokens tokens, HttpServerRequest r) {
        Cookie cookie = r.getCookie(COOKIE);
        if (cookie == null) {
            return Optional.empty();
        }
        return sessions.tokenDigest(cookie.getValue())
                .flatMap(tokens::roleOfDigest)
                .map(role -> caller(role, "session " + cookie.getValue(), true));
    }

    private Caller caller(Role role, String of, boolean session) {
        return new Caller(role, csrf(of), session, readOnly.getAsBoolean());
    }

    private String csrf(String of) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(of.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** Whether a form was made for this caller. */
    static boolean isOurs(Caller caller, String csrf) {
        return MessageDigest.isEqual(
                caller.csrf().getBytes(StandardCharsets.US_ASCII), csrf.getBytes(StandardCharsets.UTF_8));
    }

    /** Begins a session for who knows a token; false = the token is none of ours. */
    boolean signIn(HttpServerRequest r, String token) {
        if (!(access instanceof Access.Tokens tokens)
                || token.isEmpty()
                || token.length() > TOKEN_CHARS_MAX
                || tokens.roleOf(token).isEmpty()) {
            return false;
        }
        // Without a path the cookie is sent to the console alone, below whatever path a proxy gave it.
        r.response()
                .addCookie(Cookie.cookie(COOKIE, sessions.begin(TokenFile.digestOf(token)))
                        .setHttpOnly(true)
                        .setSecure(r.isSSL())
                        .setSameSite(CookieSameSite.STRICT));
        return true;
    }

    void signOut(HttpServerRequest r) {
        Cookie cookie = r.getCookie(COOKIE);
        if (cookie != null) {
            sessions.end(cookie.getValue());
            r.response().addCookie(Cookie.cookie(COOKIE, "").setHttpOnly(true).setMaxAge(0));
        }
    }
}
