package io.svcdht.node.amnesia;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProcSelfTest {
    @TempDir
    Path dir;

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_file_open_for_writing_is_seen_until_it_is_closed() throws IOException {
        Path file = dir.resolve("open");
        ProcSelf self = new ProcSelf();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            assertThat(channel.isOpen()).isTrue();
            assertThat(self.problems()).contains(file + " is open for writing");
        }
        assertThat(self.problems()).noneMatch(p -> p.startsWith(file.toString()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThat(channel.isOpen()).isTrue();
            assertThat(self.problems()).noneMatch(p -> p.startsWith(file.toString()));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_file_mapped_for_writing_is_seen() throws IOException {
        Path file = Files.write(dir.resolve("mapped"), new byte[4096]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var mapped = channel.map(MapMode.READ_WRITE, 0, 4096);
            assertThat(new ProcSelf().problems()).contains(file + " is mapped for writing");
            assertThat(mapped.capacity()).isEqualTo(4096);
        }
    }

    @Test
    void kernels_words_are_read_as_meant() throws IOException {
        Files.writeString(dir.resolve("maps"), """
                7f0000000000-7f0000008000 rw-s 00000000 08:01 12                 /tmp/hsperfdata_x/1
                7f0000010000-7f0000018000 r--s 00000000 08:01 13                 /usr/lib/gconv/gconv-modules.cache
                7f0000020000-7f0000028000 rw-p 00000000 08:01 14                 /usr/lib/libc.so.6
                7f0000030000-7f0000038000 rw-s 00000000 00:01 15                 /dev/zero (deleted)
                7f0000040000-7f0000048000 rw-s 00000000 00:01 16                 /memfd:heap (deleted)
                7f0000050000-7f0000058000 rw-p 00000000 00:00 0
                7f0000060000-7f0000068000 rw-s 00000000 08:01 17                 /data/a file with blanks
                """);
        Files.createDirectory(dir.resolve("fd"));
        Files.writeString(
                dir.resolve("limits"),
                "Limit   Soft\nMax core file size         unlimited            unlimited            bytes\n");
        Path swaps = Files.writeString(
                dir.resolve("swaps"), "Filename\tType\tSize\tUsed\tPriority\n/swapfile file 1024 0 -2\n");
        ProcSelf proc = new ProcSelf(dir, swaps);
        assertThat(proc.problems())
                .containsExactly(
                        "/tmp/hsperfdata_x/1 is mapped for writing", "/data/a file with blanks is mapped for writing");
        assertThat(proc.dumpsCore()).isTrue();
        assertThat(proc.swapsInUse()).containsExactly("/swapfile");

        Files.writeString(
                dir.resolve("limits"), "Max core file size         0                    unlimited            bytes\n");
        Files.writeString(swaps, "Filename\tType\n");
        assertThat(proc.dumpsCore()).isFalse();
        assertThat(proc.swapsInUse()).isEmpty();
    }

    @Test
    void where_there_is_no_proc_nothing_is_told() throws IOException {
        ProcSelf nowhere = new ProcSelf(dir.resolve("none"), dir.resolve("none"));
        assertThat(nowhere.problems()).isEmpty();
        assertThat(nowhere.dumpsCore()).isFalse();
        assertThat(nowhere.swapsInUse()).isEmpty();
    }
}
