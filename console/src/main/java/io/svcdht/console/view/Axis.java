package io.svcdht.console.view;

/** What pictures share: round steps of an axis, and how a coordinate is written. */
final class Axis {
    private Axis() {}

    /** 1, 2 or 5 times a power of ten, so that two to five lines stand in the picture. */
    static long step(long greatest) {
        long power = 1;
        while (greatest / power > 10) {
            power *= 10;
        }
        if (greatest <= 4 * power) {
            return power == 1 || greatest > 2 * power ? power : power / 2;
        }
        return greatest <= 8 * power ? 2 * power : 5 * power;
    }

    /** One decimal is a tenth of a pixel. */
    static String one(double v) {
        long tenths = Math.round(v * 10);
        long size = Math.abs(tenths);
        return (tenths < 0 ? "-" : "") + size / 10 + '.' + size % 10;
    }

    /** A box as a piece of a path. */
    static String box(double x, double y, double width, double height) {
        return "M" + one(x) + ' ' + one(y) + 'h' + one(width) + 'v' + one(height) + 'h' + one(-width) + 'z';
    }
}
