package io.svcdht.node.net;

import io.svcdht.storage.model.PeerAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The client's side of SOCKS5 (RFC 1928, 1929), up to the byte behind which the stream is the peer's. It says one thing at
 * a time: a daemon that is told several at once loses its own answers to all but the last.
 *
 * <pre>
 * METHOD ──05 00──▶ REPLY          METHOD ──05 02──▶ PASSWORD ──01 00──▶ REPLY ──05 00 … whole──▶ Through
 * any ──another answer, or a byte too many──▶ Refused
 * </pre>
 */
final class Socks5 {
    /** What is to be done next. */
    sealed interface Step {
        /** The answer is not all there. */
        record More() implements Step {}

        record Say(byte[] bytes) implements Step {}

        /** What comes from now on comes from the peer. */
        record Through() implements Step {}

        record Refused(Failure why) implements Step {}
    }

    private enum State {
        METHOD,
        PASSWORD,
        REPLY
    }

    private static final int VERSION = 5;
    private static final int OPEN = 0;
    private static final int PASSWORD = 2;
    private static final int PASSWORD_VERSION = 1;
    private static final int CONNECT = 1;
    private static final int IP4 = 1;
    private static final int NAME = 3;
    private static final int IP6 = 4;
    private static final int TTL_EXPIRED = 6;
    private static final int NOT_ALLOWED = 2;
    private static final int NO_SUCH_COMMAND = 7;
    private static final int NO_SUCH_ADDRESS = 8;
    /** A reply with the longest name there can be. */
    private static final int ANSWER_BYTES_MAX = 262;

    private static final String USER = "svc-dht";

    private final PeerAddress to;
    private final String password;
    private final byte[] answer = new byte[ANSWER_BYTES_MAX];
    private int got;
    private State state = State.METHOD;

    /** @param password streams with different ones are kept apart by a proxy that can, as Tor does with its circuits */
    Socks5(PeerAddress to, String password) {
        this.to = to;
        this.password = password;
    }

    /** What is said first: with a password if the proxy takes one, else without. */
    byte[] greeting() {
        return new byte[] {VERSION, 2, PASSWORD, OPEN};
    }

    /** Reads what the proxy said. */
    Step read(byte[] chunk) {
        if (got + chunk.length > answer.length) {
            return new Step.Refused(Failure.ProxyFailed);
        }
        System.arraycopy(chunk, 0, answer, got, chunk.length);
        got += chunk.length;
        return switch (state) {
            case METHOD -> got < 2 ? new Step.More() : method();
            case PASSWORD -> got < 2 ? new Step.More() : password();
            case REPLY -> reply();
        };
    }

    private Step method() {
        int chosen = answer[1];
        if (got != 2 || answer[0] != VERSION || chosen != OPEN && chosen != PASSWORD) {
            return new Step.Refused(Failure.ProxyFailed);
        }
        return chosen == PASSWORD ? say(State.PASSWORD, userAndPassword()) : say(State.REPLY, request());
    }

    private Step password() {
        return got == 2 && answer[0] == PASSWORD_VERSION && answer[1] == 0
                ? say(State.REPLY, request())
                : new Step.Refused(Failure.ProxyFailed);
    }

    private Step say(State next, byte[] bytes) {
        state = next;
        got = 0;
        return new Step.Say(bytes);
    }

    private Step reply() {
        if (got > 0 && answer[0] != VERSION) {
            return new Step.Refused(Failure.ProxyFailed);
        }
        if (got > 1 && answer[1] != 0) {
            return new Step.Refused(failure(answer[1] & 0xff));
        }
        if (got < 5) {
            return new Step.More();
        }
        int address =
                switch (answer[3]) {
                    case IP4 -> 4;
                    case IP6 -> 16;
                    case NAME -> 1 + (answer[4] & 0xff);
                    default -> -1;
                };
        int whole = 4 + address + 2;
        // The peer is silent until it is greeted: a byte too many is not the peer's.
        if (address < 0 || got > whole) {
            return new Step.Refused(Failure.ProxyFailed);
        }
        return got < whole ? new Step.More() : new Step.Through();
    }

    /** The codes from 0xf0 on are Tor's, for onion services that are not there. */
    private static Failure failure(int code) {
        return switch (code) {
            case NOT_ALLOWED, NO_SUCH_COMMAND, NO_SUCH_ADDRESS -> Failure.ProxyFailed;
            case TTL_EXPIRED -> Failure.DialTimeout;
            default -> Failure.Unreachable;
        };
    }

    private byte[] userAndPassword() {
        byte[] user = USER.getBytes(StandardCharsets.US_ASCII);
        byte[] word = password.getBytes(StandardCharsets.US_ASCII);
        byte[] out = new byte[3 + user.length + word.length];
        out[0] = PASSWORD_VERSION;
        out[1] = (byte) user.length;
        System.arraycopy(user, 0, out, 2, user.length);
        out[2 + user.length] = (byte) word.length;
        System.arraycopy(word, 0, out, 3 + user.length, word.length);
        return out;
    }

    private byte[] request() {
        byte[] host =
                switch (to) {
                    case PeerAddress.Ip4 a -> Arrays.copyOf(a.bytes(), 4);
                    case PeerAddress.Ip6 a -> Arrays.copyOf(a.bytes(), 16);
                    case PeerAddress.Named a -> name(a.host());
                };
        int type =
                switch (to) {
                    case PeerAddress.Ip4 a -> IP4;
                    case PeerAddress.Ip6 a -> IP6;
                    case PeerAddress.Named a -> NAME;
                };
        byte[] out = new byte[4 + host.length + 2];
        out[0] = VERSION;
        out[1] = CONNECT;
        out[3] = (byte) type;
        System.arraycopy(host, 0, out, 4, host.length);
        out[out.length - 2] = (byte) (to.port() >>> 8);
        out[out.length - 1] = (byte) to.port();
        return out;
    }

    private static byte[] name(String host) {
        byte[] text = host.getBytes(StandardCharsets.US_ASCII);
        byte[] out = new byte[1 + text.length];
        out[0] = (byte) text.length;
        System.arraycopy(text, 0, out, 1, text.length);
        return out;
    }
}
