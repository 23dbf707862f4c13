package io.svcdht.console.view;

import java.util.function.Function;

/**
 * A figure's last minutes as a line as small as a word.
 *
 * @param line empty = nothing to draw
 * @param area below the line
 */
public record Spark(String line, String area) {
    static final Spark NONE = new Spark("", "");
    private static final int WIDTH = 100;
    private static final int HEIGHT = 24;
    private static final int COLUMNS = 45;

    static Spark of(Function<Integer, double[]> values) {
        double[] v = values.apply(COLUMNS);
        double top = 0;
        for (double d : v) {
            top = Double.isNaN(d) ? top : Math.max(top, d);
        }
        String line = LineChart.path(v, top == 0 ? 1 : top, 0, WIDTH, 2, HEIGHT - 1);
        return new Spark(line, area(line));
    }

    /** Each piece of the line, closed along the foot. */
    private static String area(String line) {
        StringBuilder area = new StringBuilder();
        for (String piece : line.split("(?=M)", -1)) {
            int first = piece.indexOf(' ');
            int last = piece.lastIndexOf('L');
            if (first > 0 && last > 0) {
                String endX = piece.substring(last + 1, piece.indexOf(' ', last));
                area.append(piece)
                        .append('L')
                        .append(endX)
                        .append(' ')
                        .append(HEIGHT)
                        .append('L')
                        .append(piece, 1, first)
                        .append(' ')
                        .append(HEIGHT)
                        .append('Z');
            }
        }
        return area.toString();
    }
}
