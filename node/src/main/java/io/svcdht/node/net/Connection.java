package io.svcdht.node.net;

import io.netty.buffer.Unpooled;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.wire.oap.Decoded;
import io.svcdht.node.wire.oap.Frame;
import io.svcdht.node.wire.oap.FrameRead;
import io.svcdht.node.wire.oap.FrameReader;
import io.svcdht.node.wire.oap.Hello;
import io.svcdht.node.wire.oap.MessageCodec;
import io.svcdht.node.wire.oap.Opcode;
import io.svcdht.node.wire.oap.Request;
import io.svcdht.node.wire.oap.Response;
import io.svcdht.node.wire.oap.WireCode;
import io.svcdht.node.wire.oap.WireError;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One connection after its handshake; only for its event loop. Both sides may ask.
 *
 * <pre>
 * dialled   GREETING: our HELLO is sent, and requests behind it at once ──their HELLO──▶ OPEN
 * accepted  GREETING: nothing but HELLO is taken ──their HELLO, ours is sent──▶ OPEN
 * GREETING ──time, another network──▶ CLOSED      OPEN ──a {@link CloseReason}──▶ CLOSED
 * </pre>
 */
final class Connection implements Line {
    /** What is told of connections. */
    interface Listener {
        /** The greeting is there; what follows are requests. */
        void opened(Connection c, Hello theirs);

        void closed(Connection c, CloseReason why);

        /** Answers a request, or refuses it. */
        void requested(Connection c, Frame frame);
    }

    /** An answer that waits until the peer reads. */
    private record Ready(long corrId, Response response) {}

    /** Requests that may be sent before the peer has said how many it takes. */
    private static final int CREDIT = 16;
    /** Refused frames after which nobody believes in a mistake any more. */
    private static final int REFUSED_MAX = 32;
    /** Requests in a row that ran out of time without a byte from the peer. */
    private static final int SILENT_MAX = 3;

    private final Local local;
    private final NetSocket socket;
    private final NodeKeys peer;
    private final PeerAddress remote;
    private final boolean dialled;
    private final Listener listener;
    private final FrameReader reader;
    private final Outstanding outstanding;
    private final KeyExchange keyExchange;
    private final long bornNanos;
    private final ArrayDeque<Ready> ready = new ArrayDeque<>();
    private ByteBuffer unread = ByteBuffer.allocate(0);
    private @Nullable Hello ours;
    private @Nullable Hello theirs;
    private @Nullable CloseReason closed;
    private boolean warm;
    private int answering;
    private int refused;
    private int silent;
    private boolean holding;
    private long receivedBytes;
    private long heardNanos;
    private long saidNanos;
    /** When a frame began that has not ended, 0 = none. */
    private long frameSinceNanos;
    /** Since when the peer has not read what it was sent, 0 = it does. */
    private long fullSinceNanos;

    Connection(Local local, NetSocket socket, NodeKeys peer, PeerAddress remote, boolean dialled, Listener listener) {
        this.local = local;
        this.socket = socket;
        this.peer = peer;
        this.remote = remote;
        this.dialled = dialled;
        this.listener = listener;
        this.keyExchange = Handshake.keyExchange(socket);
        this.reader = local.reader();
        this.outstanding = new Outstanding(local.random().nextLong());
        bornNanos = System.nanoTime();
        heardNanos = bornNanos;
        saidNanos = bornNanos;
    }

    /** Begins to listen, and to greet where we dialled. */
    void start(int listenPort) {
        socket.handler(this::received);
        socket.drainHandler(v -> drained());
        socket.exceptionHandler(e -> close(CloseReason.Remote));
        socket.closeHandler(v -> close(CloseReason.Remote));
        if (dialled) {
            Hello hello = local.hello(listenPort);
            ours = hello;
            write(Frame.request(Frame.HELLO, 0, hello.encode()));
        }
    }

    @Override
    public NodeKeys peer() {
        return peer;
    }

    @Override
    public PeerAddress remote() {
        return remote;
    }

    /** How its secret was agreed on. */
    KeyExchange keyExchange() {
        return keyExchange;
    }

    boolean isDialled() {
        return dialled;
    }

    boolean isOpen() {
        return closed == null;
    }

    /** Whether the peer may be asked over it: one that called is to greet first. */
    boolean takesRequests() {
        return closed == null && (dialled || theirs != null);
    }

    boolean isIdle() {
        return outstanding.size() == 0 && answering == 0;
    }

    /** Whether we called it before others could call this node where they can now: its greeting said nothing of that. */
    boolean isOutdated() {
        PeerAddress onion = local.onion();
        return dialled && ours != null && onion != null && !onion.equals(ours.onion());
    }

    /** When it last carried a frame, in either direction. */
    long usedNanos() {
        return Math.max(heardNanos, saidNanos);
    }

    @Override
    public boolean isClient() {
        Hello h = theirs;
        return !dialled && (h == null || h.listenPort() == 0 && h.onion() == null);
    }

    @Override
    public boolean admits(Request request) {
        return true;
    }

    @Override
    public boolean isCharged() {
        return false;
    }

    void keepWarm(boolean keep) {
        warm = keep;
    }

    boolean isWarm() {
        return warm;
    }

    // --- our requests ------------------------------------------------------------------------------------------------

    /** Sends a request; the future fails by value when the time is up or the connection ends. */
    void ask(Request request, long timeoutMillis, boolean wasWarm, CompletableFuture<Reply> reply) {
        Hello h = theirs;
        int room = h == null ? CREDIT : Math.min(h.inflightMax(), local.limits().inflightPeerMax());
        if (closed != null || outstanding.size() >= room || socket.writeQueueFull()) {
            reply.complete(new Reply.Failed(closed != null ? Failure.Closed : Failure.Busy));
            return;
        }
        long corrId = outstanding.nextCorrId();
        long timer = local.vertx().setTimer(Math.max(1, timeoutMillis), t -> timedOut(corrId));
        outstanding.add(
                corrId,
                new Outstanding.Waiting(request.opcode(), reply, System.nanoTime(), timer, wasWarm, receivedBytes));
        write(Frame.request(Frame.DHT, corrId, MessageCodec.encode(request, corrId)));
    }

    private void timedOut(long corrId) {
        Outstanding.Waiting w = outstanding.remove(corrId);
        if (w == null) {
            return;
        }
        silent = w.bytesBefore() == receivedBytes ? silent + 1 : 0;
        w.reply().complete(new Reply.Failed(Failure.Timeout));
        if (silent >= SILENT_MAX) {
            close(CloseReason.Silent);
        }
    }

    private void answered(Frame frame) {
        Outstanding.Waiting w = outstanding.remove(frame.corrId());
        if (w == null) {
            // It came too late, or answers nothing that was asked.
            return;
        }
        local.vertx().cancelTimer(w.timer());
        if (!frame.isWhole() || frame.appProto() != Frame.DHT) {
            w.reply().complete(new Reply.Failed(Failure.BadReply));
            refused(ErrorCode.BadRequest);
            return;
        }
        switch (MessageCodec.response(w.opcode(), frame.code(), frame.payload())) {
            case Decoded.Read<Response>(Response r) ->
                w.reply().complete(Outstanding.answered(w, peer, remote, r, System.nanoTime()));
            case Decoded.Refused<Response> r -> {
                w.reply().complete(new Reply.Failed(Failure.BadReply));
                refused(ErrorCode.BadRequest);
            }
        }
    }

    // --- frames ------------------------------------------------------------------------------------------------------

    private void received(Buffer chunk) {
        receivedBytes += chunk.length();
        silent = 0;
        if (!unread.hasRemaining()) {
            // A chunk is nobody else's, and the reader copies what it keeps.
            unread = ((BufferInternal) chunk).getByteBuf().nioBuffer();
        } else {
            // Only what was under way when reading stopped comes on top.
            unread = ByteBuffer.allocate(unread.remaining() + chunk.length())
                    .put(unread)
                    .put(chunk.getBytes())
                    .flip();
        }
        readOn();
    }

    /** Reads frames until there are none, or until the peer has had enough of us. */
    private void readOn() {
        while (closed == null && !mustHold()) {
            switch (reader.read(unread)) {
                case FrameRead.More m -> {
                    long now = System.nanoTime();
                    frameSinceNanos = !reader.isInFrame() ? 0 : frameSinceNanos == 0 ? now : frameSinceNanos;
                    return;
                }
                case FrameRead.Whole(Frame f) -> {
                    frameSinceNanos = 0;
                    heardNanos = System.nanoTime();
                    frame(f);
                }
                case FrameRead.Refused r -> {
                    frameSinceNanos = 0;
                    if (r.isRequest()) {
                        refuse(r.corrId(), r.why().answer(), r.why().name());
                    }
                    refused(r.why() == WireError.InflatedTooLarge ? ErrorCode.OverSize : ErrorCode.BadRequest);
                }
                case FrameRead.Broken(WireError why, long corrId) -> {
                    refuse(corrId, why.answer(), why.name());
                    local.meter().rejected(why == WireError.TooLong ? ErrorCode.OverSize : ErrorCode.BadRequest);
                    close(CloseReason.BadFrame);
                }
            }
        }
        if (closed == null && !holding) {
            holding = true;
            socket.pause();
        }
    }

    /** While so much of this peer's is being answered, or it does not read, nothing more is taken from it. */
    private boolean mustHold() {
        return answering >= local.limits().inflightPeerMax() || fullSinceNanos != 0;
    }

    private void frame(Frame f) {
        if (f.isResponse() && f.appProto() == Frame.HELLO && dialled && theirs == null) {
            greeted(f);
        } else if (f.isRequest() && f.appProto() == Frame.HELLO && !dialled && theirs == null) {
            greeted(f);
        } else if (theirs == null || f.appProto() == Frame.HELLO && !isKeepAlive(f)) {
            close(CloseReason.BadHello);
        } else if (f.isRequest()) {
            listener.requested(this, f);
        } else if (f.isResponse()) {
            answered(f);
        }
    }

    private static boolean isKeepAlive(Frame f) {
        return (f.flags() & Frame.EVENT) != 0;
    }

    private void greeted(Frame f) {
        if (!(Hello.decode(f.payload()) instanceof Decoded.Read<Hello>(Hello h))) {
            close(CloseReason.BadHello);
            return;
        }
        boolean fits = h.networkId().equals(local.options().networkId())
                && h.versions().contains(Frame.VERSION);
        if (!dialled) {
            WireCode code = fits ? WireCode.Ok : WireCode.BadVersion;
            write(Frame.response(Frame.HELLO, code, f.corrId(), local.hello(0).encode()));
        }
        if (!fits) {
            close(CloseReason.WrongNetwork);
            return;
        }
        theirs = h;
        listener.opened(this, h);
    }

    @Override
    public void refused(ErrorCode why) {
        local.meter().rejected(why);
        if (++refused >= REFUSED_MAX) {
            close(CloseReason.BadFrame);
        }
    }

    @Override
    public void refuse(long corrId, WireCode code, String why) {
        if (theirs != null) {
            // The opcode is not on the wire; any will do.
            Response r = new Response.Refused(Opcode.PING, code, why);
            write(Frame.response(Frame.DHT, code, corrId, MessageCodec.encode(r)));
        }
    }

    // --- their requests ----------------------------------------------------------------------------------------------

    @Override
    public void beginAnswer() {
        answering++;
    }

    /** Answers it; while the peer does not read, answers wait unencoded, so that they cost no copy. */
    @Override
    public void answer(long corrId, Response response) {
        if (closed != null) {
            return;
        }
        if (fullSinceNanos != 0) {
            ready.add(new Ready(corrId, response));
            return;
        }
        send(corrId, response);
        letGo();
    }

    private void send(long corrId, Response response) {
        answering--;
        byte[] payload = MessageCodec.encode(response);
        Hello h = theirs;
        if (h != null && payload.length + Frame.HEADER_BYTES > h.frameBytesMax()) {
            refuse(corrId, WireCode.FrameTooLarge, "the answer is longer than a frame may be");
        } else {
            write(Frame.response(Frame.DHT, response.code(), corrId, payload));
        }
    }

    private void drained() {
        fullSinceNanos = 0;
        while (fullSinceNanos == 0 && !ready.isEmpty()) {
            Ready next = ready.remove();
            send(next.corrId(), next.response());
        }
        letGo();
    }

    private void letGo() {
        if (closed == null && holding && !mustHold()) {
            holding = false;
            // What is left from before comes first.
            readOn();
            if (!holding) {
                socket.resume();
            }
        }
    }

    private void write(Frame f) {
        if (closed != null) {
            return;
        }
        saidNanos = System.nanoTime();
        socket.write(BufferInternal.buffer(Unpooled.wrappedBuffer(f.encode())));
        if (socket.writeQueueFull() && fullSinceNanos == 0) {
            fullSinceNanos = saidNanos;
        }
    }

    // --- time, and the end -------------------------------------------------------------------------------------------

    /** Looks at the clock a few times within each limit. */
    void tick(long nowNanos) {
        long patience = local.limits().idleMillis() * 1_000_000L;
        if (theirs == null && nowNanos - bornNanos > local.limits().dialMillis() * 1_000_000L) {
            close(CloseReason.BadHello);
        } else if (fullSinceNanos != 0 && nowNanos - fullSinceNanos > patience) {
            close(CloseReason.StopsReading);
        } else if (frameSinceNanos != 0 && !holding && nowNanos - frameSinceNanos > patience) {
            close(CloseReason.Trickle);
        } else if (isIdle() && !warm && nowNanos - usedNanos() > patience) {
            close(CloseReason.Idle);
        } else if (warm && theirs != null && nowNanos - usedNanos() > patience / 2) {
            // Whoever of the two is first speaks for both.
            write(Frame.keepAlive());
        }
    }

    /** Ends the connection; what waits on it fails. */
    @Override
    public void close(CloseReason why) {
        if (closed != null) {
            return;
        }
        closed = why;
        unread = ByteBuffer.allocate(0);
        ready.clear();
        // A peer that does not read would keep the rest of what it was to get.
        if (why == CloseReason.StopsReading || why == CloseReason.Flood || why == CloseReason.Silent) {
            ((NetSocketInternal) socket)
                    .channelHandlerContext()
                    .channel()
                    .unsafe()
                    .closeForcibly();
        } else {
            socket.close();
        }
        for (Outstanding.Waiting w : outstanding.drain()) {
            local.vertx().cancelTimer(w.timer());
            w.reply().complete(new Reply.Failed(why.failure()));
        }
        listener.closed(this, why);
    }
}
