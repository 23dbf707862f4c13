package io.svcdht.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.event.MalformedEvent;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.testing.RandomEvents;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class FramesTest {
    private static final long T0 = 1_700_000_000_000L;

    private static List<byte[]> written(int frames) {
        Frames out = Frames.fromStart();
        List<byte[]> all = new ArrayList<>();
        for (int i = 1; i <= frames; i++) {
            all.add(out.write(T0 + i, i / 2, new DhtEvent.NodeStopped("reason " + i))
                    .toByteArray());
        }
        return all;
    }

    private static void read(Frames in, List<byte[]> frames, int from, int to) {
        for (int i = from; i < to; i++) {
            in.read(frames.get(i), frames.get(i).length);
        }
    }

    private static byte[] withCrc(byte[] frame, int seed) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(4).putInt(0, seed));
        crc.update(frame, 4, frame.length - 4);
        byte[] sealed = frame.clone();
        ByteBuffer.wrap(sealed).putInt(0, (int) crc.getValue());
        return sealed;
    }

    private static int crcOf(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(0);
    }

    @Test
    void each_crc_is_seeded_by_its_predecessors() {
        List<byte[]> frames = written(100);

        int seed = 0;
        for (byte[] f : frames) {
            assertThat(f).isEqualTo(withCrc(f, seed));
            seed = crcOf(f);
        }
    }

    @Test
    void a_frame_with_its_own_crc_but_not_its_predecessors_is_noticed() {
        List<byte[]> frames = written(10);
        Frames in = Frames.fromStart();
        read(in, frames, 0, 5);
        byte[] unseeded = withCrc(frames.get(5), 0);

        assertThatThrownBy(() -> in.read(unseeded, unseeded.length))
                .isInstanceOf(MalformedEvent.class)
                .hasMessageContaining("CRC-32C");
    }

    @Test
    void a_whole_other_past_is_noticed_at_the_first_frame_behind_it() {
        Frames other = Frames.fromStart();
        byte[] foreign =
                other.write(T0, 0, new DhtEvent.NodeStopped("another story")).toByteArray();
        List<byte[]> frames = written(2);
        Frames in = Frames.fromStart();
        in.read(foreign, foreign.length);

        assertThatThrownBy(() -> in.read(frames.get(1), frames.get(1).length)).isInstanceOf(MalformedEvent.class);
    }

    @Test
    void positions_must_follow_each_other() {
        List<byte[]> frames = written(5);
        Frames in = Frames.fromStart();
        read(in, frames, 0, 2);

        assertThatThrownBy(() -> in.read(frames.get(3), frames.get(3).length))
                .isInstanceOf(MalformedEvent.class)
                .hasMessage("found position 4 where 3 was due");
        assertThatThrownBy(() -> in.read(frames.get(1), frames.get(1).length)).isInstanceOf(MalformedEvent.class);
        in.read(frames.get(2), frames.get(2).length);
        assertThat(in.position()).isEqualTo(3);
    }

    @Test
    void every_single_bit_of_a_frame_matters() {
        RandomEvents values = new RandomEvents(7);
        Frames out = Frames.fromStart();
        byte[] first = out.write(T0, 0, new DhtEvent.NodeStopped("one")).toByteArray();
        byte[] sample = out.write(
                        T0,
                        1,
                        new DhtEvent.ConfigChanged(
                                "ttl_secs",
                                "600",
                                Long.toHexString(values.random().nextLong()),
                                "flag"))
                .toByteArray();
        for (int bit = 0; bit < sample.length * 8; bit++) {
            byte[] flipped = sample.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Frames in = Frames.fromStart();
            in.read(first, first.length);
            assertThatThrownBy(() -> in.read(flipped, flipped.length))
                    .as("bit %d", bit)
                    .isInstanceOf(MalformedEvent.class);
        }
        for (int length = 0; length < sample.length; length++) {
            int cut = length;
            Frames in = Frames.fromStart();
            in.read(first, first.length);
            assertThatThrownBy(() -> in.read(sample, cut)).as("cut to %d", cut).isInstanceOf(MalformedEvent.class);
        }
    }

    @Test
    void every_4096th_frame_ends_with_the_chain_value_of_its_block() {
        List<byte[]> frames = written(2 * Frames.BLOCK_EVENTS + 1);

        byte[] chain = new byte[Key.BYTES];
        Blake3 block = new Blake3();
        block.update(chain);
        for (int position = 1; position <= frames.size(); position++) {
            byte[] f = frames.get(position - 1);
            boolean seals = position % Frames.BLOCK_EVENTS == 0;
            int end = seals ? f.length - Key.BYTES : f.length;
            block.update(f, 4, end - 4);
            if (seals) {
                chain = block.finish();
                assertThat(Key.of(f, end)).as("position %d", position).isEqualTo(Key.of(chain));
                block.update(chain);
            }
        }
        Frames in = Frames.fromStart();
        read(in, frames, 0, frames.size());
        assertThat(in.chain()).isEqualTo(Key.of(chain));
        assertThat(in.canWrite()).isTrue();
    }

    @Test
    void a_rewritten_block_with_good_crcs_breaks_the_chain() {
        List<byte[]> frames = written(Frames.BLOCK_EVENTS);
        Frames forger = Frames.fromStart();
        List<byte[]> forged = new ArrayList<>();
        for (int i = 1; i < Frames.BLOCK_EVENTS; i++) {
            String reason = i == 100 ? "forged 100" : "reason " + i;
            forged.add(forger.write(T0 + i, i / 2, new DhtEvent.NodeStopped(reason))
                    .toByteArray());
        }
        byte[] last = withCrc(frames.get(Frames.BLOCK_EVENTS - 1), crcOf(forged.getLast()));
        Frames in = Frames.fromStart();
        read(in, forged, 0, forged.size());

        assertThatThrownBy(() -> in.read(last, last.length))
                .isInstanceOf(MalformedEvent.class)
                .hasMessageContaining("does not hash to its chain value");
    }

    @Test
    void reading_can_resume_behind_any_frame_and_checks_the_chain_from_the_next_block_on() {
        List<byte[]> frames = written(2 * Frames.BLOCK_EVENTS + 5);
        for (int behind : new int[] {1, 2, 4094, 4095, 4096, 4097, 8191, 8192, 8193}) {
            byte[] f = frames.get(behind - 1);
            Frames in = Frames.behind(f, f.length);
            assertThat(in.position()).isEqualTo(behind);
            assertThat(in.canWrite()).as("behind %d", behind).isEqualTo(behind % Frames.BLOCK_EVENTS == 0);
            read(in, frames, behind, frames.size());
            assertThat(in.position()).isEqualTo(frames.size());
        }
    }

    @Test
    void a_resumed_reader_still_demands_the_right_successor() {
        List<byte[]> frames = written(10);
        byte[] f = frames.get(4);
        Frames in = Frames.behind(f, f.length);
        byte[] unseeded = withCrc(frames.get(5), 12345);

        assertThatThrownBy(() -> in.read(unseeded, unseeded.length)).isInstanceOf(MalformedEvent.class);
    }

    @Test
    void a_resumed_reader_at_a_block_start_checks_that_block() {
        List<byte[]> frames = written(2 * Frames.BLOCK_EVENTS);
        byte[] seal = frames.get(Frames.BLOCK_EVENTS - 1);
        byte[] tampered = seal.clone();
        tampered[tampered.length - 1] ^= 1;
        Frames in = Frames.behind(tampered, tampered.length);

        assertThatThrownBy(() -> read(in, frames, Frames.BLOCK_EVENTS, frames.size()))
                .isInstanceOf(MalformedEvent.class)
                .hasMessageContaining("chain value");
    }

    @Test
    void a_writer_takes_over_where_the_reader_stopped() {
        for (int stop : new int[] {0, 1, 4095, 4096, 4097}) {
            List<byte[]> frames = written(4100);
            Frames in = Frames.fromStart();
            read(in, frames, 0, stop);
            for (int i = stop + 1; i <= 4100; i++) {
                ByteSink w = in.write(T0 + i, i / 2, new DhtEvent.NodeStopped("reason " + i));
                assertThat(w.toByteArray()).isEqualTo(frames.get(i - 1));
            }
        }
    }

    @Test
    void a_frame_shorter_than_its_header_or_seal_is_malformed_even_with_a_good_crc() {
        List<byte[]> frames = written(Frames.BLOCK_EVENTS);
        byte[] before = frames.get(Frames.BLOCK_EVENTS - 2);
        byte[] seal = frames.get(Frames.BLOCK_EVENTS - 1);
        for (int length = 10; length < 60; length++) {
            byte[] cut = withCrc(java.util.Arrays.copyOf(seal, length), crcOf(before));
            Frames in = Frames.fromStart();
            read(in, frames, 0, Frames.BLOCK_EVENTS - 1);
            assertThatThrownBy(() -> in.read(cut, cut.length))
                    .as("length %d", length)
                    .isInstanceOf(MalformedEvent.class);
        }
    }

    @Test
    void entries_come_back_with_position_instant_and_cause() {
        List<byte[]> frames = written(3);
        Frames in = Frames.fromStart();
        read(in, frames, 0, 2);

        assertThat(in.read(frames.get(2), frames.get(2).length))
                .isEqualTo(new JournalEntry(3, T0 + 3, 1, new DhtEvent.NodeStopped("reason 3")));
    }
}
