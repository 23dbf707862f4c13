package io.svcdht.node.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import com.upokecenter.cbor.CBOREncodeOptions;
import com.upokecenter.cbor.CBORException;
import com.upokecenter.cbor.CBORObject;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CborScanTest {
    private static final CBOREncodeOptions CTAP2 =
            new CBOREncodeOptions("ctap2canonical=true;allowduplicatekeys=false");

    private static Refusal refusal(byte[] bytes) {
        return catchThrowableOfType(Malformed.class, () -> CborScan.check(bytes))
                .why();
    }

    @ParameterizedTest
    @CsvSource({
        "'', TRUNCATED",
        "18, TRUNCATED",
        "1817, NOT_CANONICAL",
        "190018, NOT_CANONICAL",
        "1900ff, NOT_CANONICAL",
        "1a0000ffff, NOT_CANONICAL",
        "1b00000000ffffffff, NOT_CANONICAL",
        "1c, NOT_CANONICAL",
        "41, TRUNCATED",
        "5bffffffffffffffff, TRUNCATED",
        "5b7fffffffffffffff00, TRUNCATED",
        "5f4100ff, NOT_CANONICAL",
        "7f6161ff, NOT_CANONICAL",
        "9f00ff, NOT_CANONICAL",
        "bf616100ff, NOT_CANONICAL",
        "9b7fffffffffffffff, TRUNCATED",
        "9a7fffffff, TRUNCATED",
        "bb7fffffffffffffff, TRUNCATED",
        "82, TRUNCATED",
        "8100 00, NOT_CANONICAL",
        "a26161006161 01, DUPLICATE_FIELD",
        "a26162006161 01, NOT_CANONICAL",
        "a2 626161 00 6162 00, NOT_CANONICAL",
        "a1 4161 00, WRONG_SHAPE",
        "a1 80 00, WRONG_SHAPE",
        "a16161, TRUNCATED",
        "c000, NOT_CANONICAL",
        "d9d9f700, NOT_CANONICAL",
        "f7, NOT_CANONICAL",
        "e0, NOT_CANONICAL",
        "f8ff, NOT_CANONICAL",
        "f93c00, NOT_CANONICAL",
        "fb3ff0000000000000, NOT_CANONICAL",
        "ff, NOT_CANONICAL",
        "61ff, NOT_CANONICAL",
        "62c080, NOT_CANONICAL",
        "63eda080, NOT_CANONICAL",
        "64f4908080, NOT_CANONICAL",
        "61c3, NOT_CANONICAL",
    })
    void each_fault_has_its_reason(String hex, Refusal why) {
        assertThat(refusal(HexFormat.of().parseHex(hex.replace(" ", "")))).isEqualTo(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "17",
                "1818",
                "19ffff",
                "1a00010000",
                "1b0000000100000000",
                "1bffffffffffffffff",
                "20",
                "3bffffffffffffffff",
                "40",
                "4100",
                "60",
                "62c3bc",
                "63e697a5",
                "64f09f9880",
                "80",
                "8100",
                "a0",
                "a2616100616200",
                "a20000616100",
                "f4",
                "f5",
                "f6"
            })
    void what_is_deterministic_passes(String hex) {
        assertThatCode(() -> CborScan.check(HexFormat.of().parseHex(hex.replace(" ", ""))))
                .doesNotThrowAnyException();
    }

    @Test
    void sixteen_levels_pass_and_seventeen_do_not() {
        for (String open : new String[] {"81", "a100"}) {
            assertThatCode(() -> CborScan.check(HexFormat.of().parseHex(open.repeat(15) + "80")))
                    .doesNotThrowAnyException();
            assertThat(refusal(HexFormat.of().parseHex(open.repeat(16) + "80"))).isEqualTo(Refusal.TOO_DEEP);
            assertThat(refusal(HexFormat.of().parseHex(open.repeat(100_000) + "80")))
                    .isEqualTo(Refusal.TOO_DEEP);
        }
    }

    /** The library's own canonical mode is the judge, where it has one: four levels, texts as keys, no floats. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void it_agrees_with_the_librarys_canonical_mode(long seed) {
        Random random = new Random(seed);
        int passed = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = item(random, 0).EncodeToBytes(CTAP2);
            if (random.nextInt(4) > 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            boolean ours = passes(bytes);
            if (ours) {
                passed++;
            }
            if (ours != libraryPasses(bytes)) {
                // We refuse more: floats, odd simple values and odd keys; and less: up to sixteen levels.
                assertThat(bytes)
                        .as("seed %d, item %d: %s", seed, i, HexFormat.of().formatHex(bytes))
                        .satisfiesAnyOf(CborScanTest::holdsWhatWeRefuse, b -> assertThat(refusedForDepth(b))
                                .isTrue());
            }
        }
        assertThat(passed).isBetween(5_000, 19_000);
    }

    private static void holdsWhatWeRefuse(byte[] bytes) {
        assertThat(libraryPasses(bytes)).isTrue();
        Malformed why = catchThrowableOfType(Malformed.class, () -> CborScan.check(bytes));
        assertThat(why).hasMessageMatching("a (float or a simple value|key that is neither).*");
    }

    private static boolean refusedForDepth(byte[] bytes) {
        try {
            CBORObject.DecodeFromBytes(bytes, CTAP2);
            return false;
        } catch (CBORException e) {
            return String.valueOf(e.getMessage()).contains("Depth too high");
        }
    }

    private static boolean passes(byte[] bytes) {
        try {
            CborScan.check(bytes);
            return true;
        } catch (Malformed e) {
            return false;
        }
    }

    private static boolean libraryPasses(byte[] bytes) {
        try {
            CBORObject.DecodeFromBytes(bytes, CTAP2);
            return true;
        } catch (CBORException e) {
            return false;
        }
    }

    private static CBORObject item(Random random, int depth) {
        return switch (random.nextInt(depth < 3 ? 7 : 4)) {
            case 0 -> CBORObject.FromObject(random.nextLong() >> random.nextInt(64));
            case 1 -> CBORObject.FromObject(new byte[random.nextInt(30)]);
            case 2 -> CBORObject.FromObject("tëxt".repeat(random.nextInt(8)));
            case 3 -> random.nextBoolean() ? CBORObject.Null : CBORObject.FromObject(random.nextBoolean());
            case 4 -> {
                CBORObject array = CBORObject.NewArray();
                for (int i = random.nextInt(5); i > 0; i--) {
                    array.Add(item(random, depth + 1));
                }
                yield array;
            }
            default -> {
                CBORObject map = CBORObject.NewMap();
                for (int i = random.nextInt(5); i > 0; i--) {
                    map.set("k".repeat(random.nextInt(4)) + random.nextInt(9), item(random, depth + 1));
                }
                yield map;
            }
        };
    }

    /** However large it claims to be, what is read costs no more than what is there. */
    @Test
    void huge_claims_cost_nothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        String[] bombs = {"9a3fffffff", "ba3fffffff", "5a7fffffff", "7a7fffffff", "9b00000fffffffffff", "81".repeat(500)
        };
        for (String bomb : bombs) {
            byte[] bytes = HexFormat.of().parseHex(bomb + "00".repeat(50));
            refusal(bytes);
            long before = threads.getCurrentThreadAllocatedBytes();
            assertThatCode(() -> Cbor.decode(bytes, 10_000)).isInstanceOf(Malformed.class);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as(bomb)
                    .isLessThan(200_000);
        }
    }
}
