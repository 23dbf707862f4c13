package io.svcdht.node.http;

import io.svcdht.node.config.NodeConfig;
import io.svcdht.node.engine.Input;
import io.svcdht.node.engine.Outcome;
import io.svcdht.node.engine.ReplyTo;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.model.ContentId;
import java.util.ArrayList;
import java.util.List;

/** Lines of a batch of provides: one input of the engine, durable when it is answered. */
final class ProvidePortion extends Portion implements ReplyTo {
    private static final int RESULT_BYTES = 192;

    private final Exchange x;
    private final ProvideLines lines;
    private final NodeConfig config;
    private final List<Input.Provide> records = new ArrayList<>();
    private Outcome outcome = new Outcome.Each(List.of());
    private int told;

    /** @param lines the batch's reader */
    ProvidePortion(BatchStream stream, long firstLine, ProvideLines lines) {
        super(stream, firstLine);
        this.x = stream.exchange();
        this.lines = lines;
        this.config = x.node().config();
    }

    @Override
    void take(byte[] from, int begin, int end) {
        records.add(lines.read(from, begin, end, config));
    }

    @Override
    void work() {
        x.node().submit(new Input.ProvideBatch(records, this));
    }

    /** On the engine's thread, or on ours where the engine takes nothing. */
    @Override
    public void reply(Outcome o) {
        outcome = o;
        x.loop().deliver(this);
    }

    @Override
    void result(JsonBytes out, int index) {
        ContentId cid = records.get(told).cid();
        Outcome own = outcome instanceof Outcome.Each(List<Outcome> outcomes) ? outcomes.get(told) : outcome;
        told++;
        switch (own) {
            case Outcome.Provided p -> provided(out, cid, p);
            case Outcome.Refused(ErrorCode code, String detail) -> refusal(out, index, code, detail);
            case Outcome.Each e -> throw new IllegalStateException("a provide was answered with " + e);
            case Outcome.Held h -> throw new IllegalStateException("a provide was answered with " + h);
            case Outcome.Withdrawn w -> throw new IllegalStateException("a provide was answered with " + w);
            case Outcome.Done d -> throw new IllegalStateException("a provide was answered with " + d);
            case Outcome.Forced f -> throw new IllegalStateException("a provide was answered with " + f);
        }
    }

    private void provided(JsonBytes out, ContentId cid, Outcome.Provided p) {
        x.loop().metrics().provided();
        out.beginObject()
                .name("ok")
                .value(true)
                .name("ttl_secs_used")
                .value(p.ttlSeconds())
                .name("cid");
        if (cid.isCanonical()) {
            out.canonical(cid.key());
        } else {
            out.value(cid.text());
        }
        out.name("position")
                .value(p.position())
                .name("expires_at")
                .instant(p.expiresAtMillis())
                .endObject();
    }

    @Override
    int resultBytes() {
        return RESULT_BYTES;
    }
}
