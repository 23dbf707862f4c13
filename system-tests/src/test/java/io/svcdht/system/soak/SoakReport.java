package io.svcdht.system.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A page with a picture for each series; it needs nothing but a browser. */
public final class SoakReport {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 160;
    private static final int LEFT = 70;

    private SoakReport() {}

    /** Writes {@code index.html}, and each picture beside it. */
    public static void write(Path directory, String title, List<Series> all) throws IOException {
        Files.createDirectories(directory);
        StringBuilder page = new StringBuilder(
                "<!doctype html><meta charset=\"utf-8\"><title>%s</title><h1>%s</h1>\n".formatted(title, title));
        for (Series s : all) {
            String svg = svg(s);
            String file = s.name().replaceAll("[^a-z0-9]+", "-") + ".svg";
            Files.writeString(directory.resolve(file), svg);
            page.append("<h2>%s</h2>\n<p>%s</p>\n%s\n".formatted(s.name(), s.sentence(), svg));
        }
        Files.writeString(directory.resolve("index.html"), page);
    }

    static String svg(Series s) {
        double seconds = Math.max(1, s.points().getLast().seconds());
        double most = Math.max(
                        1,
                        s.points().stream()
                                .mapToDouble(Series.Point::value)
                                .max()
                                .orElse(1))
                * 1.1;
        StringBuilder line = new StringBuilder();
        for (Series.Point p : s.points()) {
            line.append(String.format(
                    Locale.ROOT,
                    "%.1f,%.1f ",
                    LEFT + (WIDTH - LEFT) * p.seconds() / seconds,
                    HEIGHT - HEIGHT * p.value() / most));
        }
        double bound = HEIGHT - HEIGHT * Math.min(most, s.bound()) / most;
        return String.format(
                Locale.ROOT,
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -14 %d %d" width="%d" role="img" aria-label="%s" font-family="sans-serif" font-size="11">
                <rect x="%d" y="0" width="%d" height="%d" fill="#f6f6f4"/>
                <line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#b35900" stroke-dasharray="4 3"/>
                <polyline fill="none" stroke="#1f5fa8" stroke-width="1.5" points="%s"/>
                <text x="0" y="4">%.0f %s</text><text x="0" y="%d">0</text>
                <text x="%d" y="%d" text-anchor="end">%.0f s</text>
                </svg>""",
                WIDTH,
                HEIGHT + 34,
                WIDTH,
                s.name(),
                LEFT,
                WIDTH - LEFT,
                HEIGHT,
                LEFT,
                WIDTH,
                bound,
                bound,
                line.toString().strip(),
                most,
                s.unit(),
                HEIGHT,
                WIDTH,
                HEIGHT + 15,
                seconds);
    }
}
