package io.svcdht.console.web;

import io.svcdht.storage.bounded.BoundedMap;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Who signed in, in memory: a session is a random name in a cookie and ends with the process, after half an hour
 * without a page, twelve hours in all, or once its token is taken out of the token file. Kept is the token's digest,
 * never the token.
 */
final class Sessions {
    private static final int SESSIONS_MAX = 1000;
    private static final int NAME_BYTES = 32;
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(30);
    private static final long AGE_NANOS = TimeUnit.HOURS.toNanos(12);

    private final SecureRandom random = new SecureRandom();
    private final LongSupplier nanos;
    private final Map<String, Session> byName = BoundedMap.byUse(SESSIONS_MAX);

    private static final class Session {
        private final byte[] tokenDigest;
        private final long beganNanos;
        private long usedNanos;

        Session(byte[] tokenDigest, long now) {
            this.tokenDigest = tokenDigest;
            this.beganNanos = now;
            this.usedNanos = now;
        }
    }

    /** @param nanos a clock that only goes on */
    Sessions(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** The name of a new session. */
    synchronized String begin(byte[] tokenDigest) {
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(name);
        byName.put(text, new Session(tokenDigest, nanos.getAsLong()));
        return text;
    }

    /** The digest of the token that a session began with, where it has not ended. */
    synchronized Optional<byte[]> tokenDigest(String name) {
        Session s = byName.get(name);
        if (s == null) {
            return Optional.empty();
        }
        long now = nanos.getAsLong();
        if (now - s.usedNanos > IDLE_NANOS || now - s.beganNanos > AGE_NANOS) {
            byName.remove(name);
            return Optional.empty();
        }
        s.usedNanos = now;
        return Optional.of(s.tokenDigest.clone());
    }

    synchronized void end(String name) {
        byName.remove(name);
    }
}
