package io.svcdht.node.config;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what was probably meant. */
final class Nearest {
    private Nearest() {}

    static String key(String name) {
        return hint(name.replace('-', '_'), ConfigTable.KEYS.stream().map(ConfigKey::name));
    }

    static String flag(String flag) {
        return hint(
                flag.replace('_', '-'),
                Stream.concat(ConfigTable.KEYS.stream().map(ConfigKey::flag), Stream.of(Flags.CONFIG)));
    }

    /** Empty where no variable is close enough. */
    static String variable(String variable) {
        return hint(variable, ConfigTable.KEYS.stream().map(ConfigKey::variable));
    }

    private static String hint(String word, Stream<String> candidates) {
        String best = nearest(word, candidates.toList());
        return best == null ? "" : ": did you mean " + best + "?";
    }

    private static @Nullable String nearest(String word, Iterable<String> candidates) {
        String best = null;
        int bestDistance = Math.max(2, word.length() / 4) + 1;
        for (String candidate : candidates) {
            int distance = distance(word, candidate);
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Letters to insert, drop, change, or swap with their neighbour (optimal string alignment). */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int least = Math.min(d[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                d[i][j] = swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
            }
        }
        return d[a.length()][b.length()];
    }
}
