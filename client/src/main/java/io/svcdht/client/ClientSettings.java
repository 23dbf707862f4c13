package io.svcdht.client;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How a client calls its node.
 *
 * @param api where the node's HTTP API is, such as {@code http://127.0.0.1:5301}
 * @param token sent as a bearer token; empty = none, which will do on loopback
 * @param deadline of a call with all its attempts, the time it waits for its turn included
 * @param attemptMax what one attempt may take of it
 * @param inFlightMax requests under way at once; further calls wait for their turn
 * @param backoff how long to wait before an attempt is made again
 */
public record ClientSettings(
        URI api, Optional<String> token, Duration deadline, Duration attemptMax, int inFlightMax, Backoff backoff) {
    public ClientSettings {
        if (!"http".equals(api.getScheme()) && !"https".equals(api.getScheme()) || api.getHost() == null) {
            throw new IllegalArgumentException("api %s is no http or https address with a host".formatted(api));
        }
        if (!deadline.isPositive() || !attemptMax.isPositive()) {
            throw new IllegalArgumentException(
                    "deadline %s and attemptMax %s must be above zero".formatted(deadline, attemptMax));
        }
        if (inFlightMax < 1) {
            throw new IllegalArgumentException("inFlightMax %d is below 1".formatted(inFlightMax));
        }
    }

    /** Of a node at the address: half a minute for a call, five seconds for an attempt, 64 at once. */
    public static ClientSettings of(URI api) {
        return new ClientSettings(
                api, Optional.empty(), Duration.ofSeconds(30), Duration.ofSeconds(5), 64, Backoff.STANDARD);
    }

    public ClientSettings withToken(String bearer) {
        return new ClientSettings(api, Optional.of(bearer), deadline, attemptMax, inFlightMax, backoff);
    }

    public ClientSettings withDeadline(Duration call, Duration attempt) {
        return new ClientSettings(api, token, call, attempt, inFlightMax, backoff);
    }

    public ClientSettings withInFlightMax(int requests) {
        return new ClientSettings(api, token, deadline, attemptMax, requests, backoff);
    }

    public ClientSettings withBackoff(Backoff other) {
        return new ClientSettings(api, token, deadline, attemptMax, inFlightMax, other);
    }
}
