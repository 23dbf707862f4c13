package io.svcdht.node.http;

/**
 * What one client may cost (contracts §2). Tests hand in smaller ones.
 *
 * @param headerBytesMax request line and headers, each
 * @param headerMillisMax from the first byte of a request to the end of its headers
 * @param bodyBytesMax as sent
 * @param bodyGraceMillis how long a body may take before its rate is looked at
 * @param bodyBytesPerSecondMin slowest rate of a body after the grace
 * @param idleSeconds a connection without traffic is closed after this long
 * @param inflatedBytesMax a compressed body, inflated
 * @param inflateRatioMax inflated bytes for each byte sent
 * @param connectionsMax open at once, all listeners together
 * @param streamsMax exports and followers at once
 * @param drainMillis how long requests under way may take after a stop
 */
public record HttpLimits(
        int headerBytesMax,
        int headerMillisMax,
        int bodyBytesMax,
        int bodyGraceMillis,
        int bodyBytesPerSecondMin,
        int idleSeconds,
        int inflatedBytesMax,
        int inflateRatioMax,
        int connectionsMax,
        int streamsMax,
        int drainMillis) {
    /** Those of the contract. */
    public static final HttpLimits STANDARD =
            new HttpLimits(16 << 10, 5_000, 1 << 20, 5_000, 1 << 10, 60, 8 << 20, 10, 1024, 64, 5_000);

    /** The same with other times for slow clients. */
    public HttpLimits withPatience(int newHeaderMillisMax, int newBodyGraceMillis, int newIdleSeconds) {
        return new HttpLimits(
                headerBytesMax,
                newHeaderMillisMax,
                bodyBytesMax,
                newBodyGraceMillis,
                bodyBytesPerSecondMin,
                newIdleSeconds,
                inflatedBytesMax,
                inflateRatioMax,
                connectionsMax,
                streamsMax,
                drainMillis);
    }

    /** The same with another time for requests under way. */
    public HttpLimits withDrainMillis(int newDrainMillis) {
        return new HttpLimits(
                headerBytesMax,
                headerMillisMax,
                bodyBytesMax,
                bodyGraceMillis,
                bodyBytesPerSecondMin,
                idleSeconds,
                inflatedBytesMax,
                inflateRatioMax,
                connectionsMax,
                streamsMax,
                newDrainMillis);
    }

    /** The same with another number of connections. */
    public HttpLimits withConnectionsMax(int newConnectionsMax) {
        return new HttpLimits(
                headerBytesMax,
                headerMillisMax,
                bodyBytesMax,
                bodyGraceMillis,
                bodyBytesPerSecondMin,
                idleSeconds,
                inflatedBytesMax,
                inflateRatioMax,
                newConnectionsMax,
                streamsMax,
                drainMillis);
    }
}
