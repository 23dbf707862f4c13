package io.svcdht.node.http;

import io.netty.util.NetUtil;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.metrics.Metrics;
import io.svcdht.node.metrics.Metrics.Side;
import io.svcdht.node.quota.Block;
import io.svcdht.node.quota.Bucket;
import io.svcdht.node.quota.Buckets;
import io.svcdht.node.quota.Verdict;
import io.svcdht.node.recent.Refusals;
import io.vertx.core.net.SocketAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What callers of the HTTP API may ask for a second and at once (contracts §4): the same numbers as for peers, in buckets
 * of their own. Whoever calls from this machine is not counted unless {@code limit_loopback} says so: it is the operator,
 * or a front end that stands for many. Asked before anything else; a refusal costs no more than its answer. Any thread.
 */
final class HttpQuotas {
    /** Addresses whose buckets are kept, of each kind. */
    static final int BLOCKS_MAX = 16_384;

    private static final double SECONDS_SAVED = 1;

    /** Who calls over one connection. */
    static final class Caller {
        private final long block;
        private boolean busy;

        private Caller(long block) {
            this.block = block;
        }
    }

    private final NetworkConfig.Connections limits;
    private final Metrics metrics;
    private final Buckets<Long> blocks;
    private final Buckets<Long> blockBytes;
    private final Bucket all;
    private final Bucket allBytes;
    private int inflight;

    HttpQuotas(NetworkConfig.Connections limits, Metrics metrics, long nowNanos) {
        this.limits = limits;
        this.metrics = metrics;
        this.blocks = new Buckets<>(limits.rpsIp(), SECONDS_SAVED, BLOCKS_MAX);
        this.blockBytes = new Buckets<>(limits.bytesIp(), SECONDS_SAVED, BLOCKS_MAX);
        this.all = new Bucket(limits.rpsGlobal(), SECONDS_SAVED, nowNanos);
        this.allBytes = new Bucket(limits.bytesGlobal(), SECONDS_SAVED, nowNanos);
    }

    /** Null for whom nobody counts. */
    @Nullable
    Caller caller(@Nullable SocketAddress remote) {
        byte[] address = remote == null || remote.hostAddress() == null
                ? null
                : NetUtil.createByteArrayFromIpAddressString(remote.hostAddress());
        return address == null || isLoopback(address) && !limits.limitLoopback() ? null : new Caller(Block.of(address));
    }

    private static boolean isLoopback(byte[] address) {
        if (address.length == 4) {
            return address[0] == 127;
        }
        for (int i = 0; i < address.length - 1; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[address.length - 1] == 1;
    }

    /**
     * One more request of a caller, whose last one is answered: on one connection there is one at a time.
     *
     * @throws ApiError if it is one too many
     */
    void enter(Caller caller, long nowNanos) {
        Verdict verdict = verdict(caller, nowNanos);
        if (verdict != Verdict.PASSED) {
            String quota = verdict.name().toLowerCase(Locale.ROOT);
            metrics.overQuota(Side.HTTP, verdict);
            metrics.refusals()
                    .note(
                            Refusals.Way.HERE,
                            Block.text(caller.block),
                            "quota_" + quota,
                            () -> new Refusals.What("over HTTP: " + sentence(verdict)),
                            nowNanos);
            throw ApiError.overQuota(quota, sentence(verdict));
        }
    }

    private synchronized Verdict verdict(Caller caller, long nowNanos) {
        release(caller);
        Bucket requests = blocks.of(caller.block, nowNanos);
        Bucket bytes = blockBytes.of(caller.block, nowNanos);
        if (!requests.has(1, nowNanos) || !all.has(1, nowNanos)) {
            return Verdict.RPS;
        }
        if (!bytes.has(1, nowNanos) || !allBytes.has(1, nowNanos)) {
            return Verdict.BYTES;
        }
        if (inflight >= limits.inflight()) {
            return Verdict.INFLIGHT;
        }
        requests.take(1);
        all.take(1);
        inflight++;
        caller.busy = true;
        return Verdict.PASSED;
    }

    private String sentence(Verdict verdict) {
        return switch (verdict) {
            case PASSED -> "";
            case RPS ->
                "more than %d requests a second from your address (max_rps_ip), or %d from all (max_rps_global)"
                        .formatted(limits.rpsIp(), limits.rpsGlobal());
            case BYTES ->
                "more than %d bytes a second from your address (max_bytes_per_s_ip), or %d from all (max_bytes_per_s_global)"
                        .formatted(limits.bytesIp(), limits.bytesGlobal());
            case INFLIGHT -> "%d requests are being answered (max_inflight)".formatted(limits.inflight());
        };
    }

    /** Its request is answered; what it weighed is known only now, and owed from now on. */
    synchronized void leave(Caller caller, long bytes, long nowNanos) {
        release(caller);
        blockBytes.of(caller.block, nowNanos).take(bytes);
        allBytes.take(bytes);
    }

    /** Its connection is closed. */
    synchronized void gone(Caller caller) {
        release(caller);
    }

    private void release(Caller caller) {
        if (caller.busy) {
            caller.busy = false;
            inflight--;
        }
    }

    /** Requests of counted callers that are being answered. */
    synchronized int inflight() {
        return inflight;
    }

    /** Buckets kept. */
    synchronized int kept() {
        return blocks.size() + blockBytes.size();
    }
}
