package io.svcdht.node.net;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.quota.Verdict;
import io.svcdht.node.wire.oap.Decoded;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.MessageCodec;
import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests of peers: what is too much is refused before anything is decoded. Only for the transport's event loop.
 *
 * <pre>
 * frame ──▶ whole, of the DHT? ──▶ room for one more? ──▶ within the rates? ──▶ decode ──▶ handler ──▶ answer
 *              BadVersion              Busy                QuotaExceeded        BadVersion     Timeout, Busy
 * </pre>
 */
final class Inbound {
    private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);
    /** Refusals, in seconds' worth of the peer's rate, after which a connection is a flood. */
    private static final int FLOOD_SECONDS = 20;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private static final class Refusals {
        private int count;
        private long sinceNanos;
    }

    private final Local local;
    private final Map<Line, Refusals> refusals = new HashMap<>();
    private int inflight;

    Inbound(Local local) {
        this.local = local;
    }

    /** Requests being answered. */
    int inflight() {
        return inflight;
    }

    void forget(Line c) {
        refusals.remove(c);
    }

    void requested(Line c, Frame frame) {
        long now = System.nanoTime();
        if (local.denied().refuses(c.peer().id()) || local.denied().refuses(c.remote())) {
            local.meter().rejected(ErrorCode.Forbidden);
            told(c, "banned", "a request of somebody on the deny list");
            c.close(CloseReason.Banned);
        } else if (!frame.isWhole() || frame.appProto() != Frame.DHT) {
            c.refuse(frame.corrId(), WireCode.BadVersion, "neither a greeting nor a whole message of the DHT");
            c.refused(ErrorCode.BadRequest);
        } else if (overRate(c, frame, now)) {
            return;
        } else if (inflight >= local.limits().inflightMax()) {
            local.meter().overQuota(Verdict.INFLIGHT);
            told(c, "quota_inflight", "as many requests as this node answers at once");
            c.refuse(frame.corrId(), WireCode.Busy, "as many requests as this node answers at once");
        } else {
            switch (MessageCodec.request(frame.payload(), frame.corrId())) {
                case Decoded.Read<Request>(Request r) -> {
                    if (c.admits(r)) {
                        hand(c, frame.corrId(), r);
                    } else {
                        c.refused(ErrorCode.BadRequest);
                    }
                }
                case Decoded.Refused<Request> r -> {
                    c.refuse(frame.corrId(), r.why().answer(), r.why() + ": " + r.detail());
                    told(c, "bad_request", r.why() + ": " + r.detail());
                    c.refused(ErrorCode.BadRequest);
                }
            }
        }
    }

    private boolean overRate(Line c, Frame frame, long now) {
        if (c.isCharged()) {
            return false;
        }
        int bytes = Frame.HEADER_BYTES + frame.payload().length;
        Verdict verdict = local.quotas().request(c.peer().id(), c.remote(), bytes, now);
        switch (verdict) {
            case PASSED, INFLIGHT -> {
                return false;
            }
            case RPS -> tooMany(c, frame, verdict, "more requests a second than this node takes", now);
            case BYTES -> tooMany(c, frame, verdict, "more bytes a second than this node takes", now);
        }
        return true;
    }

    private void told(Line c, String reason, String detail) {
        local.meter().refused(c.peer().id().text(), reason, detail);
    }

    private void tooMany(Line c, Frame frame, Verdict verdict, String why, long now) {
        local.meter().overQuota(verdict);
        told(c, verdict == Verdict.RPS ? "quota_rps" : "quota_bytes", why);
        Refusals r = refusals.computeIfAbsent(c, k -> new Refusals());
        if (now - r.sinceNanos > SECOND_NANOS) {
            r.sinceNanos = now;
            r.count = 0;
        }
        if (++r.count > FLOOD_SECONDS * local.limits().rpsPeer()) {
            c.close(CloseReason.Flood);
        } else {
            c.refuse(frame.corrId(), WireCode.QuotaExceeded, why);
        }
    }

    private void hand(Line c, long corrId, Request request) {
        inflight++;
        c.beginAnswer();
        Answer answer = new Answer(c, corrId, request.opcode());
        answer.timer = local.vertx()
                .setTimer(
                        Math.clamp(
                                request.head().budgetMillis(), 1, local.limits().answerMillisMax()),
                        t -> answer.is(new Response.Refused(
                                request.opcode(), WireCode.Timeout, "no answer within the budget")));
        PeerHandler.Caller caller = new PeerHandler.Caller(c.peer(), c.remote(), c.isClient());
        try {
            local.handler().answer(caller, request).whenComplete((response, e) -> local.context()
                    .runOnContext(v -> answer.is(response != null ? response : failed(request, e))));
        } catch (RuntimeException e) {
            answer.is(failed(request, e));
        }
    }

    private static Response failed(Request request, Throwable e) {
        LOG.warn("A request {} of a peer failed", request.opcode(), e);
        return new Response.Refused(request.opcode(), WireCode.Busy, "this node could not answer");
    }

    /** Answers once: whoever comes first, the handler or the end of the budget. */
    private final class Answer {
        private final Line line;
        private final long corrId;
        private final Opcode opcode;
        private long timer;
        private boolean done;

        Answer(Line line, long corrId, Opcode opcode) {
            this.line = line;
            this.corrId = corrId;
            this.opcode = opcode;
        }

        void is(Response response) {
            if (done) {
                return;
            }
            done = true;
            local.vertx().cancelTimer(timer);
            inflight--;
            local.meter().served(opcode, response.code().name());
            line.answer(corrId, response);
        }
    }
}
