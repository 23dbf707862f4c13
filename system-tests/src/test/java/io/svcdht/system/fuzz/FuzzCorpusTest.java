package io.svcdht.system.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What fuzzing found and began with holds: every input of the corpora, and each of them changed a little in ways that are
 * the same every time. {@code scripts/fuzz} looks for new ones.
 */
class FuzzCorpusTest {
    private static final int CHANGED = 60;

    @ParameterizedTest
    @EnumSource(FuzzTarget.class)
    void corpus_holds(FuzzTarget target) throws Exception {
        List<Path> corpus = corpus(target);
        assertThat(corpus).as("corpus of %s", target.text()).isNotEmpty();
        for (Path file : corpus) {
            byte[] input = Files.readAllBytes(file);
            hold(target, file, input);
            Random random = new Random(file.getFileName().toString().hashCode());
            for (int i = 0; i < CHANGED; i++) {
                hold(target, file, changed(input, random));
            }
        }
        hold(target, Path.of("nothing"), new byte[0]);
    }

    private static void hold(FuzzTarget target, Path from, byte[] input) {
        try {
            target.accept(input);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "%s, from %s: %s"
                            .formatted(
                                    target.text(),
                                    from.getFileName(),
                                    HexFormat.of().formatHex(input)),
                    e);
        }
    }

    private static List<Path> corpus(FuzzTarget target) throws IOException, URISyntaxException {
        URL url = FuzzCorpusTest.class.getResource("/fuzz/" + target.text());
        assertThat(url).as("corpus of %s", target.text()).isNotNull();
        try (Stream<Path> files = Files.list(Path.of(new URI(url.toString())))) {
            return new ArrayList<>(files.sorted().toList());
        }
    }

    private static byte[] changed(byte[] input, Random random) {
        byte[] bytes = input.clone();
        for (int n = random.nextInt(1, 4); n > 0 && bytes.length > 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = java.util.Arrays.copyOf(bytes, at);
                case 3 -> {
                    byte[] longer = new byte[bytes.length + 1];
                    System.arraycopy(bytes, 0, longer, 0, at);
                    longer[at] = (byte) random.nextInt(256);
                    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                    bytes = longer;
                }
                default -> throw new AssertionError();
            }
        }
        return bytes;
    }
}
