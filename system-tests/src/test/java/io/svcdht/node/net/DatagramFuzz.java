package io.svcdht.node.net;

import io.svcdht.node.noise.AesGcm;
import io.svcdht.node.noise.NoiseFailure;
import io.svcdht.node.noise.NoiseIk;
import io.svcdht.node.noise.StaticKey;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Datagrams of anybody, and what is in them once they are decrypted. */
public final class DatagramFuzz {
    private static final AesGcm GCM = new AesGcm();
    private static final NodeKeys KEYS = NodeKeys.of(new Key(1, 2, 3, 4), new Key(5, 6, 7, 8));
    private static final StaticKey OWN = StaticKey.of(new byte[] {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
        31, 32
    });

    private DatagramFuzz() {}

    /** A datagram that is read is written as the same bytes; nobody guesses a handshake or a sealed frame. */
    public static void datagram(byte[] input) {
        Optional<Datagram> read = Datagram.read(input);
        read.ifPresent(d -> {
            if (!Arrays.equals(d.encode(), input)) {
                throw new AssertionError("%s is written otherwise than it was read".formatted(d));
            }
            understood(d);
        });
        greeting(input);
        DatagramLocal.frame(input);
    }

    private static void understood(Datagram d) {
        switch (d) {
            case Datagram.Init init -> {
                Cookies.isFor(KEYS.ed25519().bytes(), init);
                refused(() -> NoiseIk.responder(GCM, DatagramLocal.prologue("svc-dht", KEYS), OWN, OWN)
                        .readInit(ByteBuffer.wrap(init.noise())));
            }
            case Datagram.Resp resp ->
                refused(() -> {
                    NoiseIk asker =
                            NoiseIk.initiator(GCM, DatagramLocal.prologue("svc-dht", KEYS), OWN, OWN, OWN.publicKey());
                    asker.writeInit(new byte[0]);
                    return asker.readResponse(ByteBuffer.wrap(resp.noise()));
                });
            case Datagram.Data data ->
                refused(() -> GCM.open(
                        AesGcm.key(OWN.publicKey()), data.counter(), data.header(), ByteBuffer.wrap(data.sealed())));
            case Datagram.Cookie cookie -> {
                if (Cookies.opened(
                                GCM,
                                cookie,
                                new byte[Datagram.MAC_BYTES],
                                KEYS.ed25519().bytes())
                        .isPresent()) {
                    throw new AssertionError("a cookie by chance");
                }
            }
        }
    }

    private interface Attempt {
        byte[] opens() throws NoiseFailure;
    }

    private static void refused(Attempt attempt) {
        try {
            attempt.opens();
        } catch (NoiseFailure e) {
            return;
        }
        throw new AssertionError("bytes by chance were taken for a peer's");
    }

    /** What would stand in a first datagram, behind the encryption. */
    private static void greeting(byte[] input) {
        Greeting g;
        try {
            g = Greeting.decode(input);
        } catch (IllegalArgumentException e) {
            return;
        }
        g.frame(input).ifPresent(f -> {
            byte[] again = g.encode(f.encode(), input.length);
            if (!g.equals(Greeting.decode(again))) {
                throw new AssertionError("%s became another".formatted(g));
            }
        });
    }
}
