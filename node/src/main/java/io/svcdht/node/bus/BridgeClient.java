package io.svcdht.node.bus;

import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import io.svcdht.node.error.ErrorCode;
import io.svcdht.node.http.BusDoor;
import io.svcdht.node.http.BusNews;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection to the bridge. Belongs to its event loop. */
final class BridgeClient {
    private static final int TOKEN_CHARS_MAX = 4096;
    /** Longer than the longest deadline a request can name. */
    private static final DeliveryOptions HERE =
            new DeliveryOptions().setLocalOnly(true).setSendTimeout(65_000);

    private final EventBus bus;
    private final Context context;
    private final NetSocket socket;
    private final Bridge.Options options;
    private final Consumer<ErrorCode> rejected;
    private final FrameCutter cutter;
    private final Map<String, MessageConsumer<JsonObject>> heard = new HashMap<>();
    /** Of the token it showed; null = none yet. */
    private byte @Nullable [] token;

    private int silentMillis;
    private int underWay;
    private long missed;
    private boolean closed;

    BridgeClient(
            EventBus bus, Context context, NetSocket socket, Bridge.Options options, Consumer<ErrorCode> rejected) {
        this.bus = bus;
        this.context = context;
        this.socket = socket;
        this.options = options;
        this.rejected = rejected;
        this.cutter = new FrameCutter(options.limits().frameBytes(), this::frame);
    }

    /** What is wrong with a frame; the connection goes on. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final ErrorCode code;

        Refused(ErrorCode code, String detail) {
            super(detail, null, false, false);
            this.code = code;
        }
    }

    void read() {
        socket.setWriteQueueMaxSize(options.limits().queuedBytes());
        socket.drainHandler(v -> tellGap());
        socket.exceptionHandler(e -> socket.close());
        socket.handler(read -> {
            try {
                cutter.feed(read);
            } catch (FrameCutter.Broken e) {
                end(ErrorCode.OverSize, String.valueOf(e.getMessage()));
            }
        });
    }

    /** Any thread: who shows no token in time, or one that was taken away, has to go. */
    void tick(int millis) {
        context.runOnContext(v -> {
            byte[] shown = token;
            if (shown == null) {
                silentMillis += millis;
                if (silentMillis >= options.limits().greetingMillis()) {
                    end(ErrorCode.Unauthorized, "no token came in time");
                }
            } else if (options.access().roleOfDigest(shown).isEmpty()) {
                end(ErrorCode.Unauthorized, "the token is valid no more");
            }
        });
    }

    void gone() {
        closed = true;
        heard.values().forEach(MessageConsumer::unregister);
        heard.clear();
    }

    private void frame(Buffer bytes) {
        if (closed) {
            return;
        }
        JsonObject f;
        try {
            f = new JsonObject(bytes);
        } catch (DecodeException e) {
            if (token == null) {
                end(ErrorCode.Unauthorized, "the first frame must be a JSON object with a token");
            } else {
                fail(null, ErrorCode.BadRequest, "a frame must be a JSON object");
            }
            return;
        }
        String reply = f.getValue("replyAddress") instanceof String r ? r : null;
        try {
            Role role = token == null ? greet(f) : role();
            if (role != null) {
                act(f, role, reply);
            }
        } catch (Refused e) {
            fail(reply, e.code, String.valueOf(e.getMessage()));
        }
    }

    /** Null where the connection ends here. */
    private @Nullable Role greet(JsonObject first) {
        if (first.getValue("token") instanceof String shown && shown.length() <= TOKEN_CHARS_MAX) {
            byte[] digest = TokenFile.digestOf(shown);
            Optional<Role> role = options.access().roleOfDigest(digest);
            if (role.isPresent()) {
                token = digest;
                return role.get();
            }
        }
        end(ErrorCode.Unauthorized, "the first frame must carry a valid \"token\"; see admin_token_file");
        return null;
    }

    /** What the token is worth now; null where it is worth nothing any more. */
    private @Nullable Role role() {
        byte[] shown = token;
        Role role = shown == null ? null : options.access().roleOfDigest(shown).orElse(null);
        if (role == null) {
            end(ErrorCode.Unauthorized, "the token is valid no more");
        }
        return role;
    }

    private void act(JsonObject f, Role role, @Nullable String reply) {
        String type = f.getValue("type") instanceof String t ? t : "";
        switch (type) {
            case "auth" -> write(new JsonObject().put("type", "auth").put("role", role.text()));
            case "ping" -> write(new JsonObject().put("type", "pong"));
            case "send" -> send(f, role, reply);
            case "register" -> register(published(f));
            case "unregister" -> unregister(published(f));
            case "publish" ->
                throw new Refused(ErrorCode.Forbidden, "what this node publishes is its own; nobody else's is taken");
            default ->
                throw new Refused(ErrorCode.BadRequest, "type must be one of auth, ping, send, register, unregister");
        }
    }

    private static String address(JsonObject f) {
        return f.getValue("address") instanceof String a ? a : "";
    }

    private static String published(JsonObject f) {
        String address = address(f);
        if (!BusNews.ADDRESSES.contains(address)) {
            throw new Refused(
                    ErrorCode.Forbidden, "only these can be listened to: " + String.join(", ", BusNews.ADDRESSES));
        }
        return address;
    }

    private static Role needed(String address) {
        return switch (address) {
            case BusDoor.FIND_PROVIDERS, BusDoor.FIND_NODE -> Role.VIEWER;
            case BusDoor.PROVIDE -> Role.OPERATOR;
            default ->
                throw new Refused(
                        ErrorCode.Forbidden,
                        "only these take requests: %s, %s, %s"
                                .formatted(BusDoor.FIND_PROVIDERS, BusDoor.FIND_NODE, BusDoor.PROVIDE));
        };
    }

    private void send(JsonObject f, Role role, @Nullable String reply) {
        String address = address(f);
        Role needed = needed(address);
        if (!role.covers(needed)) {
            throw new Refused(
                    ErrorCode.Forbidden,
                    "this token's role is %s; this address needs %s".formatted(role.text(), needed.text()));
        }
        if (!(f.getValue("body") instanceof JsonObject body)) {
            throw new Refused(ErrorCode.BadRequest, "body must be an object");
        }
        if (underWay >= options.limits().requests()) {
            throw new Refused(
                    ErrorCode.QuotaHit, "%d requests are under way already; wait for an answer".formatted(underWay));
        }
        underWay++;
        bus.<JsonObject>request(address, body, HERE).onComplete(r -> {
            underWay--;
            if (reply != null) {
                write(r.succeeded() ? message(reply, r.result().body(), true) : failure(reply, r.cause()));
            }
        });
    }

    private void register(String address) {
        if (!heard.containsKey(address)) {
            heard.put(address, bus.localConsumer(address, m -> news(address, m.body())));
        }
    }

    private void unregister(String address) {
        MessageConsumer<JsonObject> consumer = heard.remove(address);
        if (consumer != null) {
            consumer.unregister();
        }
    }

    private void news(String address, JsonObject body) {
        if (closed || !heard.containsKey(address)) {
            return;
        }
        if (socket.writeQueueFull()) {
            missed++;
        } else {
            tellGap();
            write(message(address, body, false));
        }
    }

    private void tellGap() {
        if (missed > 0 && !closed) {
            write(new JsonObject().put("type", "gap").put("missed", missed));
            missed = 0;
        }
    }

    private static JsonObject message(String address, JsonObject body, boolean answer) {
        return new JsonObject()
                .put("type", "message")
                .put("address", address)
                .put("headers", new JsonObject())
                .put("send", answer)
                .put("body", body);
    }

    private static JsonObject failure(String reply, Throwable why) {
        return why instanceof ReplyException e && e.failureType() == ReplyFailure.RECIPIENT_FAILURE
                ? failure(reply, e.failureCode(), String.valueOf(e.getMessage()))
                : failure(reply, ErrorCode.Timeout.httpStatus(), ErrorCode.Timeout + ": this node did not answer");
    }

    private static JsonObject failure(@Nullable String address, int code, String message) {
        JsonObject json = new JsonObject().put("type", "err");
        if (address != null) {
            json.put("address", address);
        }
        return json.put("failureCode", code)
                .put("failureType", "RECIPIENT_FAILURE")
                .put("message", message);
    }

    private void fail(@Nullable String address, ErrorCode code, String detail) {
        rejected.accept(code);
        write(failure(address, code.httpStatus(), code + ": " + detail));
    }

    private void end(ErrorCode code, String detail) {
        if (!closed) {
            fail(null, code, detail);
            closed = true;
            socket.close();
        }
    }

    private void write(JsonObject json) {
        if (!closed) {
            var _ = socket.write(FrameCutter.framed(json.toBuffer()));
        }
    }
}
