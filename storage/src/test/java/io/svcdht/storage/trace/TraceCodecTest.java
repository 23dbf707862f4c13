package io.svcdht.storage.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.testing.RandomTraces;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TraceCodecTest {
    private static final long T0 = 1_764_000_000_000L;
    private static final Key KEY = new Key(1, 2, 3, 4);
    private static final NodeId PEER = new NodeId(new Key(5, 6, 7, 8));

    private static byte[] bytes(LookupRecord lookup) {
        ByteSink out = new ByteSink(64);
        TraceCodec.encode(lookup, out);
        return out.toByteArray();
    }

    private static LookupRecord lookup(List<LegRecord> legs) {
        return new LookupRecord(
                new UUID(T0 << 16 | 0x7abc, 0x8000_0000_0000_0001L),
                T0,
                LookupRecord.Operation.FIND,
                LookupRecord.Asker.UNTOLD,
                KEY,
                "b3:a",
                LookupRecord.Outcome.FOUND,
                2,
                legs.size(),
                0,
                9,
                5_000_000,
                300_000_000,
                legs);
    }

    private static LegRecord leg(int hop, int via) {
        return new LegRecord(
                PEER,
                "10.0.0.1:5302",
                hop,
                0,
                via,
                LegRecord.Why.REFILL,
                1_000,
                1_200,
                2_000,
                true,
                LegRecord.Outcome.ANSWERED);
    }

    /** What is on disk stays readable: these bytes never change. */
    @Test
    void the_bytes_are_those_of_the_reference_page() {
        String key = "0000000000000001000000000000000200000000000000030000000000000004";
        String peer = "0000000000000005000000000000000600000000000000070000000000000008";
        String address =
                "0d" + HexFormat.of().formatHex("10.0.0.1:5302".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        String finished = "0160" + "019ab697e805" + "00" + "019ab697e8007abc8000000000000001" + "0000" + key
                + "0462333a61" + "c096b102" + "80c6868f01" + "02" + "00" + "09" + "01";
        String leg = "0161" + "019ab697e800" + "00" + peer + address + "02" + "00" + "01" + "00" + "01" + "e807"
                + "c801" + "d00f";
        String document = HexFormat.of().formatHex(bytes(lookup(List.of(leg(2, -1)))));
        assertThat(document.substring(8)).isEqualTo(hexLength(finished) + finished + hexLength(leg) + leg);
    }

    /** What carried the answer is told at the end, in a version of its own; legs of before have none. */
    @Test
    void a_leg_that_says_its_way_is_of_version_2() {
        LegRecord old = leg(2, -1);
        LegRecord told = new LegRecord(
                old.peer(),
                old.address(),
                2,
                0,
                -1,
                old.why(),
                old.heardOfNanos(),
                old.sentNanos(),
                old.waitedNanos(),
                true,
                old.outcome(),
                LegRecord.Way.FIRST_DATAGRAM);
        byte[] document = bytes(lookup(List.of(old, told)));
        String hex = HexFormat.of().formatHex(document);

        assertThat(hex)
                .contains("0161019ab697e800")
                .contains("0261019ab697e800")
                .endsWith("d00f03");
        assertThat(TraceCodec.lookup(document, document.length).legs()).containsExactly(old, told);
    }

    /** Who wanted it is told at the end too; of lookups of before nobody knows. */
    @Test
    void a_lookup_that_says_who_wanted_it_is_of_version_2() {
        for (LookupRecord.Asker asker : LookupRecord.Asker.values()) {
            LookupRecord told = asked(lookup(List.of(leg(1, -1))), asker);
            byte[] document = bytes(told);
            String version = asker == LookupRecord.Asker.UNTOLD ? "01" : "02";
            assertThat(HexFormat.of().formatHex(document)).contains(version + "60019ab697e805");
            assertThat(TraceCodec.lookup(document, document.length)).isEqualTo(told);
        }
    }

    static LookupRecord asked(LookupRecord l, LookupRecord.Asker asker) {
        return new LookupRecord(
                l.id(),
                l.startedAtMillis(),
                l.operation(),
                asker,
                l.target(),
                l.text(),
                l.outcome(),
                l.hops(),
                l.messages(),
                l.hedges(),
                l.known(),
                l.tookNanos(),
                l.deadlineNanos(),
                l.legs());
    }

    private static String hexLength(String hex) {
        return HexFormat.of().toHexDigits((byte) (hex.length() / 2));
    }

    @Test
    void every_lookup_comes_back_as_it_was() {
        RandomTraces random = new RandomTraces(11);
        for (int i = 0; i < 500; i++) {
            LookupRecord lookup = random.lookup(T0 + i);
            byte[] document = bytes(lookup);
            assertThat(TraceCodec.lookup(document, document.length)).isEqualTo(lookup);
            assertThat(TraceCodec.head(document, document.length))
                    .isEqualTo(new TraceCodec.Head.Lookup(
                            lookup.id(),
                            lookup.finishedAtMillis(),
                            lookup.operation(),
                            lookup.outcome(),
                            lookup.tookNanos(),
                            lookup.target()));
        }
    }

    @Test
    void a_failed_ping_comes_back_as_it_was() {
        PingFailed ping = new PingFailed(PEER, "10.0.0.1:5302", T0, 3, 1_500_000_000L);
        ByteSink out = new ByteSink(8);
        TraceCodec.encode(ping, out);
        assertThat(TraceCodec.ping(out.array(), out.length())).isEqualTo(ping);
        assertThat(TraceCodec.head(out.array(), out.length())).isEqualTo(new TraceCodec.Head.Ping(T0));
        assertThatThrownBy(() -> TraceCodec.lookup(out.array(), out.length())).isInstanceOf(MalformedEvent.class);
    }

    @Test
    void any_bit_that_is_off_and_any_cut_is_noticed() {
        byte[] good = bytes(new RandomTraces(3).lookup(T0));
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> TraceCodec.head(bad, bad.length)).isInstanceOf(MalformedEvent.class);
        }
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> TraceCodec.head(cut, cut.length)).isInstanceOf(MalformedEvent.class);
        }
    }

    /** A checksum is not a signature: whatever lies in the file must not do worse than be refused. */
    @Test
    void nonsense_with_a_good_checksum_is_refused_and_no_more() {
        Random random = new Random(5);
        byte[] good = bytes(new RandomTraces(4).lookup(T0));
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int n = random.nextInt(1, 5); n > 0; n--) {
                bad[random.nextInt(4, bad.length)] = (byte) random.nextInt();
            }
            java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
            crc.update(bad, 4, bad.length - 4);
            java.nio.ByteBuffer.wrap(bad).putInt((int) crc.getValue());
            try {
                TraceCodec.lookup(bad, bad.length);
            } catch (MalformedEvent e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void a_leg_names_the_one_before_it_that_it_came_from() {
        LookupRecord lookup = lookup(List.of(leg(1, -1), leg(1, -1), leg(2, 0), leg(3, 2)));
        byte[] document = bytes(lookup);
        assertThat(TraceCodec.lookup(document, document.length).legs())
                .extracting(LegRecord::via)
                .containsExactly(-1, -1, 0, 2);
        assertThatThrownBy(() -> lookup(List.of(leg(1, 0)))).hasMessageContaining("leg 0");
    }
}
