package io.svcdht.storage.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.replay.Replay.Budget;
import io.svcdht.storage.replay.Restart;
import io.svcdht.storage.replay.View;
import io.svcdht.storage.state.heap.HeapStore;
import io.svcdht.storage.testing.KeptRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint that is not as it was written is passed over, named and left in its place; an older one serves. */
class BadCheckpointTest {
    @TempDir
    Path temp;

    private KeptRun run;
    private long older;
    private long newer;
    private long last;
    private Path file;

    @BeforeEach
    void two_checkpoints() throws Exception {
        run = new KeptRun(temp.resolve("data"), 21);
        older = run.goOn(600);
        run.take();
        newer = run.goOn(600);
        run.take();
        last = run.goOn(100);
        file = run.checkpoints().pathOf(newer);
    }

    @AfterEach
    void close() {
        run.close();
    }

    /** The newest is not used by a start nor by a view, both come to the right digest, and the file is still there. */
    private void assertPassedOver(String why) throws Exception {
        byte[] before = Files.readAllBytes(file);
        Checkpoints checkpoints = new Checkpoints(run.directory().checkpoints());
        Restart restart = Restart.newest(run.journal(), checkpoints, HeapStore::new);
        assertThat(restart.seam().position()).isEqualTo(older);
        assertThat(restart.state().digest()).isEqualTo(digest(older));
        assertThat(checkpoints.refused()).containsOnlyKeys(file);
        assertThat(checkpoints.refused().get(file)).contains(why);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);

        Checkpoints again = new Checkpoints(run.directory().checkpoints());
        try (View view =
                new io.svcdht.storage.replay.Past(run.journal(), again, HeapStore::new).at(last, Budget.UNLIMITED)) {
            assertThat(view.digest(Budget.UNLIMITED)).isEqualTo(digest(last));
        }
    }

    private Key digest(long position) {
        return run.digests().get(position);
    }

    @Test
    void one_that_is_whole_is_used() {
        Restart restart = Restart.newest(run.journal(), run.checkpoints(), HeapStore::new);
        assertThat(restart.seam().position()).isEqualTo(newer);
        assertThat(run.checkpoints().refused()).isEmpty();
    }

    @Test
    void one_cut_anywhere_is_passed_over() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, 8, 112, 113, 5_000, whole.length / 2, whole.length - 97, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertPassedOver("it");
        }
    }

    @Test
    void one_with_a_flipped_bit_anywhere_is_passed_over() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at += 1 + whole.length / 60) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file, flipped);
            assertPassedOver("");
        }
        for (int at = whole.length - 100; at < whole.length; at += 7) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file, flipped);
            assertPassedOver("");
        }
    }

    @Test
    void one_from_the_future_is_passed_over() throws Exception {
        Path future;
        try (KeptRun other = new KeptRun(temp.resolve("other"), 21)) {
            other.goOn(600);
            other.goOn(600);
            other.goOn(100);
            long position = other.goOn(2_000);
            other.take();
            future = other.checkpoints().pathOf(position);
        }
        file = run.directory().checkpoints().resolve(future.getFileName());
        Files.copy(future, file);
        Files.delete(run.checkpoints().pathOf(newer));
        assertPassedOver("events this one does not have");
    }

    @Test
    void one_of_another_node_is_passed_over() throws Exception {
        Path foreign;
        try (KeptRun other = new KeptRun(temp.resolve("other"), 22)) {
            foreign = other.checkpoints().pathOf(other.goOn(900));
            other.take();
        }
        Files.delete(file);
        file = run.directory().checkpoints().resolve(foreign.getFileName());
        Files.copy(foreign, file);
        assertPassedOver("another journal");
    }

    @Test
    void one_under_another_name_is_passed_over() throws Exception {
        Path named = run.checkpoints().pathOf(newer + 1);
        Files.move(file, named);
        file = named;
        assertPassedOver("named for position");
    }

    @Test
    void a_half_written_one_has_no_name_yet() throws Exception {
        Path writing = run.directory().checkpoints().resolve("writing.new");
        Files.write(writing, Arrays.copyOf(Files.readAllBytes(file), 3_000));
        Restart restart = Restart.newest(run.journal(), run.checkpoints(), HeapStore::new);
        assertThat(restart.seam().position()).isEqualTo(newer);
        long position = run.goOn(10);
        run.take();
        assertThat(run.checkpoints().list()).containsKey(position);
        assertThat(writing).doesNotExist();
    }

    @Test
    void all_of_them_bad_means_the_journal_from_its_start() throws Exception {
        for (Path p : run.checkpoints().list().values()) {
            Files.write(p, new byte[500]);
        }
        Restart restart = Restart.newest(run.journal(), run.checkpoints(), HeapStore::new);
        assertThat(restart.seam().position()).isZero();
        assertThat(run.checkpoints().refused()).hasSize(2);
    }

    @Test
    void verify_names_a_digest_that_its_entries_do_not_come_to() throws Exception {
        try (Checkpoint c = Checkpoint.open(file)) {
            c.verify();
        }
        byte[] whole = Files.readAllBytes(file);
        int digestAt = whole.length - Layout.FOOTER_BYTES + 48;
        whole[digestAt] ^= 1;
        sealFooter(whole);
        Files.write(file, whole);
        try (Checkpoint c = Checkpoint.open(file)) {
            assertThatThrownBy(c::verify).isInstanceOf(CheckpointDamaged.class).hasMessageContaining("digest");
        }
    }

    private static void sealFooter(byte[] whole) {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(whole, whole.length - Layout.FOOTER_BYTES, Layout.FOOTER_BYTES - 12);
        java.nio.ByteBuffer.wrap(whole).putInt(whole.length - 12, (int) crc.getValue());
    }
}
