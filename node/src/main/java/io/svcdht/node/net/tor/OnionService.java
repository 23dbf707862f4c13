package io.svcdht.node.net.tor;

import io.svcdht.node.trust.OnionKey;
import io.svcdht.storage.model.PeerAddress;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a Tor daemon carry an onion service that leads to this node. The service lasts as long as the connection to the
 * control port: when that ends, it is asked for again, after a pause that doubles up to a minute. On one event loop.
 */
// Callbacks that complete by value, and the end of the chain.
@SuppressWarnings("FutureReturnValueIgnored")
public final class OnionService {
    private static final Logger LOG = LoggerFactory.getLogger(OnionService.class);
    private static final int PAUSE_MILLIS_MAX = 60_000;
    private static final int LINE_BYTES_MAX = 8_192;
    private static final int NONCE_BYTES = 32;

    /**
     * What it is told.
     *
     * @param control the daemon's control port, numerical
     * @param passwordFile what it asks for, null = its cookie
     * @param port where others call the service
     * @param to where the calls go: this node, as the daemon reaches it
     * @param pauseMillis before the second attempt
     * @param patienceMillis how long the control port may take until the service is carried
     */
    public record Options(
            InetSocketAddress control,
            @Nullable Path passwordFile,
            OnionKey key,
            int port,
            InetSocketAddress to,
            int pauseMillis,
            int patienceMillis) {
        /** With the usual patience. */
        public Options(
                InetSocketAddress control, @Nullable Path passwordFile, OnionKey key, int port, InetSocketAddress to) {
            this(control, passwordFile, key, port, to, 1_000, 20_000);
        }
    }

    private final Vertx vertx;
    private final Context context;
    private final Options options;
    private final NetClient client;
    private final SecureRandom random = new SecureRandom();
    private final PeerAddress address;
    private @Nullable NetSocket socket;
    private long timer = -1;
    private int failures;
    private String told = "";
    private boolean stopped;
    private volatile boolean carried;
    private volatile boolean reachable;

    private OnionService(Vertx vertx, Context context, Options options) {
        this.vertx = vertx;
        this.context = context;
        this.options = options;
        this.address = new PeerAddress.Named(options.key().host(), options.port());
        this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(options.patienceMillis()));
    }

    /** Begins; what goes wrong is logged and tried again. */
    public static OnionService start(Vertx vertx, Context context, Options options) {
        OnionService s = new OnionService(vertx, context, options);
        context.runOnContext(v -> s.attempt());
        return s;
    }

    /** Its address, whether it is carried or not. */
    public PeerAddress address() {
        return address;
    }

    /** Its address once others have been told of it by the daemon. */
    public Optional<PeerAddress> reachable() {
        return reachable ? Optional.of(address) : Optional.empty();
    }

    /** Whether the daemon carries it now. */
    public boolean isCarried() {
        return carried;
    }

    private void attempt() {
        if (stopped) {
            return;
        }
        String password;
        try {
            password = password();
        } catch (IOException e) {
            again("tor_control_password_file cannot be read: " + e.getMessage());
            return;
        }
        client.connect(
                        options.control().getPort(),
                        options.control().getAddress().getHostAddress())
                .onComplete(r -> {
                    if (r.succeeded()) {
                        new Conversation(r.result(), password).begin();
                    } else {
                        again("nobody answers there: " + r.cause().getMessage());
                    }
                });
    }

    /** Small, local, and read seldom. */
    private @Nullable String password() throws IOException {
        Path file = options.passwordFile();
        return file == null
                ? null
                : Files.readString(file, StandardCharsets.UTF_8)
                        .lines()
                        .findFirst()
                        .orElse("")
                        .strip();
    }

    private void again(String why) {
        carried = false;
        reachable = false;
        if (stopped) {
            return;
        }
        if (!why.equals(told)) {
            told = why;
            LOG.warn("No onion service by the control port at {}: {}; it is tried again", options.control(), why);
        }
        long pause = Math.min((long) options.pauseMillis() << Math.min(failures, 16), PAUSE_MILLIS_MAX);
        failures++;
        // Not all nodes of a machine at once.
        timer = vertx.setTimer(Math.max(1, pause / 2 + random.nextLong(pause)), t -> attempt());
    }

    /** Lets the service go. */
    public void close() {
        context.runOnContext(v -> {
            stopped = true;
            carried = false;
            reachable = false;
            vertx.cancelTimer(timer);
            NetSocket s = socket;
            if (s != null) {
                s.close();
            }
            client.close();
        });
    }

    /** One connection to the control port. */
    private final class Conversation {
        private final NetSocket at;
        private final ControlTalk talk;
        private long patience = -1;
        private boolean over;

        Conversation(NetSocket at, @Nullable String password) {
            this.at = at;
            byte[] nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            ControlTalk.Service service = new ControlTalk.Service(
                    options.key().host(), options.key().expanded(), options.port(), text(options.to()));
            this.talk = new ControlTalk(service, password, nonce);
        }

        private static String text(InetSocketAddress to) {
            String host = to.getAddress().getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + to.getPort();
        }

        void begin() {
            socket = at;
            patience = vertx.setTimer(options.patienceMillis(), t -> end("it does not answer"));
            at.exceptionHandler(e -> end("the connection broke: " + e.getMessage()));
            at.closeHandler(v -> end("it ended the connection"));
            RecordParser lines = RecordParser.newDelimited("\r\n", line -> step(talk.read(text(line))))
                    .maxRecordSize(LINE_BYTES_MAX);
            lines.exceptionHandler(e -> end("its answer has no end"));
            at.handler(lines);
            if (stopped) {
                end("this node stops");
            } else {
                at.write(talk.first() + "\r\n");
            }
        }

        private static String text(Buffer line) {
            return line.toString(StandardCharsets.ISO_8859_1);
        }

        private void step(ControlTalk.Step step) {
            if (over) {
                return;
            }
            switch (step) {
                case ControlTalk.Step.More m -> {}
                case ControlTalk.Step.Say(String line) -> at.write(line + "\r\n");
                case ControlTalk.Step.Read(Path cookie) -> read(cookie);
                case ControlTalk.Step.Serving s -> {
                    vertx.cancelTimer(patience);
                    carried = true;
                    failures = 0;
                    told = "";
                    LOG.info("The onion service {} is carried by the daemon at {}", address, options.control());
                }
                case ControlTalk.Step.Published p -> {
                    if (!reachable) {
                        reachable = true;
                        LOG.info("The onion service {} can be reached", address);
                    }
                }
                case ControlTalk.Step.Failed(String why) -> end(why);
            }
        }

        private void read(Path cookie) {
            vertx.executeBlocking(
                            () -> {
                                try (InputStream in = Files.newInputStream(cookie)) {
                                    return in.readNBytes(ControlTalk.COOKIE_BYTES + 1);
                                }
                            },
                            false)
                    .onComplete(r -> {
                        if (r.succeeded()) {
                            step(talk.cookie(r.result()));
                        } else {
                            end("its cookie %s cannot be read (%s); join the daemon's group, or use a password"
                                    .formatted(cookie, r.cause().getClass().getSimpleName()));
                        }
                    });
        }

        private void end(String why) {
            if (over) {
                return;
            }
            over = true;
            vertx.cancelTimer(patience);
            socket = null;
            at.close();
            again(why);
        }
    }
}
