package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileHashTest {
    @TempDir
    Path dir;

    /** The official test vectors: input byte i is i mod 251. */
    @ParameterizedTest
    @CsvSource({
        "0, af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
        "1, 2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
        "1023, 10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11",
        "1024, 42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
        "1025, d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
        "31744, 62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47",
        "102400, bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"
    })
    void the_hash_is_blake3(int length, String hex) throws Exception {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        Path file = Files.write(dir.resolve("f"), bytes);
        AtomicLong seen = new AtomicLong();
        FileHash.Hashed hashed = FileHash.of(file, seen::addAndGet);
        assertThat(hashed.cid().text()).isEqualTo("b3:" + hex);
        assertThat(hashed.bytes()).isEqualTo(length).isEqualTo(seen.get());
    }

    @Test
    void links_directories_and_missing_files_are_refused() throws Exception {
        Path file = Files.writeString(dir.resolve("f"), "x");
        Path link = Files.createSymbolicLink(dir.resolve("link"), file);
        for (Path p : new Path[] {link, dir, dir.resolve("none")}) {
            assertThatIOException().isThrownBy(() -> FileHash.of(p, n -> {}));
        }
    }

    @Test
    void a_file_that_grows_meanwhile_has_no_hash() throws Exception {
        Path file = Files.write(dir.resolve("f"), new byte[600 << 10]);
        assertThatIOException()
                .isThrownBy(() -> FileHash.of(file, n -> {
                    try {
                        Files.write(file, new byte[] {1}, java.nio.file.StandardOpenOption.APPEND);
                    } catch (java.io.IOException e) {
                        throw new AssertionError(e);
                    }
                }))
                .withMessageContaining("changed while it was read");
    }
}
