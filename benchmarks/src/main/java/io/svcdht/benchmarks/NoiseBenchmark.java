package io.svcdht.benchmarks;

import io.svcdht.node.noise.AesGcm;
import io.svcdht.node.noise.NoiseFailure;
import io.svcdht.node.noise.NoiseIk;
import io.svcdht.node.noise.StaticKey;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the cryptography of a datagram costs each side: the handshake's two messages with their keys made, and one frame
 * afterwards. Sizes are those of a question (a first datagram is always filled up) and of twenty contacts cut to fit.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class NoiseBenchmark {
    private static final byte[] PROLOGUE = new byte[84];
    private static final byte[] QUESTION = new byte[1_064];
    private static final byte[] ANSWER = new byte[1_100];
    private static final byte[] HEADER = new byte[16];

    private final SecureRandom random = new SecureRandom();
    private final AesGcm gcm = new AesGcm();
    private final StaticKey asker = key();
    private final StaticKey answerer = key();
    private final byte[] answererKey = answerer.publicKey();
    private final byte[] init = init();
    private final SecretKeySpec key = AesGcm.key(new byte[AesGcm.KEY_BYTES]);
    private final byte[] sealed = gcm.seal(key, 0, HEADER, ANSWER);
    private long counter = 1;

    private StaticKey key() {
        byte[] secret = new byte[StaticKey.BYTES];
        random.nextBytes(secret);
        return StaticKey.of(secret);
    }

    private byte[] init() {
        try {
            return NoiseIk.initiator(gcm, PROLOGUE, asker, key(), answererKey).writeInit(QUESTION);
        } catch (NoiseFailure e) {
            throw new IllegalStateException(e);
        }
    }

    /** The asker's first half; {@link #wholeHandshake} less both halves of the other side is its second. */
    @Benchmark
    public byte[] firstMessage() throws NoiseFailure {
        return NoiseIk.initiator(gcm, PROLOGUE, asker, key(), answererKey).writeInit(QUESTION);
    }

    /** All the answering side does. */
    @Benchmark
    public NoiseIk.Keys answeringSide() throws NoiseFailure {
        NoiseIk b = NoiseIk.responder(gcm, PROLOGUE, answerer, key());
        b.readInit(ByteBuffer.wrap(init));
        b.writeResponse(ANSWER);
        return b.split();
    }

    /** Both sides, all of it. */
    @Benchmark
    public NoiseIk.Keys wholeHandshake() throws NoiseFailure {
        NoiseIk a = NoiseIk.initiator(gcm, PROLOGUE, asker, key(), answererKey);
        NoiseIk b = NoiseIk.responder(gcm, PROLOGUE, answerer, key());
        b.readInit(ByteBuffer.wrap(a.writeInit(QUESTION)));
        a.readResponse(ByteBuffer.wrap(b.writeResponse(ANSWER)));
        b.split();
        return a.split();
    }

    /** One frame of 1,100 bytes, one side. */
    @Benchmark
    public byte[] seal() {
        return gcm.seal(key, counter++, HEADER, ANSWER);
    }

    @Benchmark
    public byte[] open() throws NoiseFailure {
        return gcm.open(key, 0, HEADER, ByteBuffer.wrap(sealed));
    }
}
