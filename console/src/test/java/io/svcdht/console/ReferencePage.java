package io.svcdht.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The parts of {@code docs-site/reference} that are made from the code. */
final class ReferencePage {
    private static final String END = "<!-- end -->";

    private ReferencePage() {}

    /** Compares a section of a page with what the code says, or writes it anew where {@code scripts/docs} asks for that. */
    static void holds(String page, String section, String wanted) throws IOException {
        Path file = root().resolve("docs-site/reference/" + page + ".md");
        String text = Files.readString(file);
        String begin = "<!-- from the code: " + section + " -->\n";
        int from = text.indexOf(begin);
        int to = text.indexOf(END, from);
        assertThat(from).as("%s has the marker %s", file, begin).isNotNegative();
        assertThat(to).as("%s has the marker %s", file, END).isGreaterThan(from);
        String body = "\n" + wanted + "\n";
        if (Boolean.getBoolean("svcdht.docs.write")) {
            Files.writeString(file, text.substring(0, from + begin.length()) + body + text.substring(to));
        } else {
            assertThat(text.substring(from + begin.length(), to))
                    .as("%s differs from the code; scripts/docs writes it anew", file)
                    .isEqualTo(body);
        }
    }

    /** The directory that holds the documents. */
    static Path root() {
        Path p = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(p.resolve("docs-site"))) {
            p = Objects.requireNonNull(p.getParent(), "no docs-site above the working directory");
        }
        return p;
    }
}
