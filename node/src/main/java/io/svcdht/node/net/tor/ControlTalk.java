package io.svcdht.node.net.tor;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What is said at the control port (control-spec) until the onion service is there: lines in, what to do out.
 *
 * <pre>
 * METHODS ──a password──────────▶ LET_IN ──250──▶ EVENTS ──250──▶ SERVICE ──250, our name──▶ SERVING
 *    └────a cookie──▶ COOKIE ──▶ CHALLENGE ──the daemon knows it too──▶ LET_IN
 * any ──another answer──▶ Failed
 * </pre>
 *
 * <p>The cookie never leaves: both sides prove by an HMAC that they know it, the daemon first.
 */
final class ControlTalk {
    /** What is to be done next. */
    sealed interface Step {
        /** Nothing until more comes. */
        record More() implements Step {}

        /** @param line without its end */
        record Say(String line) implements Step {}

        /** Hand in the file's bytes. */
        record Read(Path cookie) implements Step {}

        /** The daemon carries the service as long as the connection stands. */
        record Serving() implements Step {}

        /** The network knows where the service is: others reach it from now on. */
        record Published() implements Step {}

        /** @param why a sentence that can be acted on */
        record Failed(String why) implements Step {}
    }

    /**
     * The service to be carried.
     *
     * @param host its name
     * @param key the secret one, as the daemon takes it
     * @param port where others call it
     * @param to where the calls go, host and port
     */
    record Service(String host, byte[] key, int port, String to) {}

    private enum State {
        METHODS,
        COOKIE,
        CHALLENGE,
        LET_IN,
        EVENTS,
        SERVICE,
        SERVING
    }

    static final int COOKIE_BYTES = 32;
    private static final int LINES_MAX = 64;
    private static final String OK = "250";
    private static final String EVENT = "650";
    private static final String SERVER = "Tor safe cookie authentication server-to-controller hash";
    private static final String CLIENT = "Tor safe cookie authentication controller-to-server hash";
    private static final Pattern METHODS = Pattern.compile("AUTH METHODS=([A-Z,]+)");
    private static final Pattern FILE = Pattern.compile("COOKIEFILE=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern CHALLENGE =
            Pattern.compile("AUTHCHALLENGE SERVERHASH=([0-9A-Fa-f]{64}) SERVERNONCE=([0-9A-Fa-f]{64})");

    private final Service service;
    private final @Nullable String password;
    private final byte[] nonce;
    private final List<String> reply = new ArrayList<>();
    private byte[] cookie = {};
    private State state = State.METHODS;

    /**
     * @param password null = the cookie
     * @param nonce 32 bytes nobody can guess
     */
    ControlTalk(Service service, @Nullable String password, byte[] nonce) {
        this.service = service;
        this.password = password;
        this.nonce = nonce;
    }

    String first() {
        return "PROTOCOLINFO 1";
    }

    /** Reads a line, without its end. */
    Step read(String line) {
        if (line.length() < 4) {
            return new Step.Failed("it does not speak as a control port does");
        }
        if (line.startsWith(EVENT)) {
            boolean ours = line.startsWith("HS_DESC UPLOADED " + service.host().replace(".onion", "") + " ", 4);
            return ours && state == State.SERVING ? new Step.Published() : new Step.More();
        }
        reply.add(line);
        if (reply.size() > LINES_MAX || line.charAt(3) == '+') {
            return new Step.Failed("its answer has no end");
        }
        if (line.charAt(3) == '-') {
            return new Step.More();
        }
        List<String> whole = List.copyOf(reply);
        reply.clear();
        if (!whole.stream().allMatch(l -> l.startsWith(OK))) {
            return new Step.Failed(refused(line));
        }
        return answered(whole.stream().map(l -> l.substring(4)).toList());
    }

    private String refused(String line) {
        String said = line.replaceAll("[^ -~]", "?");
        return switch (state) {
            case METHODS, COOKIE, CHALLENGE, LET_IN ->
                "it does not let this node in (%s); look at tor_control_password_file, or who may read its cookie"
                        .formatted(said);
            case EVENTS, SERVICE, SERVING -> "it does not carry the service (%s)".formatted(said);
        };
    }

    private Step answered(List<String> lines) {
        return switch (state) {
            case METHODS -> methods(String.join("\n", lines));
            case COOKIE -> new Step.Failed("it answered what nobody asked");
            case CHALLENGE -> challenged(lines.getFirst());
            case LET_IN -> say(State.EVENTS, "SETEVENTS HS_DESC");
            case EVENTS ->
                say(
                        State.SERVICE,
                        "ADD_ONION ED25519-V3:%s Port=%d,%s"
                                .formatted(
                                        Base64.getEncoder().encodeToString(service.key()),
                                        service.port(),
                                        service.to()));
            case SERVICE -> carried(lines);
            case SERVING -> new Step.More();
        };
    }

    private Step methods(String lines) {
        Matcher m = METHODS.matcher(lines);
        List<String> methods = m.find() ? List.of(m.group(1).split(",", -1)) : List.of();
        String word = password;
        if (word != null && methods.contains("HASHEDPASSWORD")) {
            return say(
                    State.LET_IN, "AUTHENTICATE \"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
        }
        if (word == null && methods.contains("NULL")) {
            return say(State.LET_IN, "AUTHENTICATE");
        }
        Optional<Path> file = word == null && methods.contains("SAFECOOKIE") ? file(lines) : Optional.empty();
        if (file.isPresent()) {
            state = State.COOKIE;
            return new Step.Read(file.get());
        }
        return new Step.Failed(
                "it lets in by %s alone; set HashedControlPassword there and tor_control_password_file here, or CookieAuthentication 1 there"
                        .formatted(methods));
    }

    private static Optional<Path> file(String lines) {
        Matcher m = FILE.matcher(lines);
        if (!m.find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(m.group(1).replaceAll("\\\\(.)", "$1")));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** The bytes of the file that was asked for. */
    Step cookie(byte[] bytes) {
        // Else whoever sits at the port could have any file hashed.
        if (bytes.length != COOKIE_BYTES) {
            return new Step.Failed("the cookie it names has %d bytes, not %d".formatted(bytes.length, COOKIE_BYTES));
        }
        cookie = bytes.clone();
        return say(
                State.CHALLENGE,
                "AUTHCHALLENGE SAFECOOKIE " + HexFormat.of().withUpperCase().formatHex(nonce));
    }

    private Step challenged(String line) {
        Matcher m = CHALLENGE.matcher(line);
        if (!m.matches()) {
            return new Step.Failed("it did not answer the challenge");
        }
        byte[] theirs = HexFormat.of().parseHex(m.group(2));
        if (!MessageDigest.isEqual(HexFormat.of().parseHex(m.group(1)), proof(SERVER, theirs))) {
            return new Step.Failed("it does not know its own cookie: something else sits at the port");
        }
        return say(
                State.LET_IN, "AUTHENTICATE " + HexFormat.of().withUpperCase().formatHex(proof(CLIENT, theirs)));
    }

    private byte[] proof(String side, byte[] theirs) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(side.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            mac.update(cookie);
            mac.update(nonce);
            return mac.doFinal(theirs);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    private Step carried(List<String> lines) {
        String id = "ServiceID=" + service.host().replace(".onion", "");
        if (!lines.contains(id)) {
            return new Step.Failed("it carries another service than it was asked for");
        }
        state = State.SERVING;
        return new Step.Serving();
    }

    private Step say(State next, String line) {
        state = next;
        return new Step.Say(line);
    }
}
