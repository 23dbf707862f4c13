package io.svcdht.console;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** A picture of few colours: the most frequent ones that differ, as they are, each other as the nearest of them. */
final class Palette {
    private static final int COLOURS = 64;
    /** Grounds and lines differ little and matter. */
    private static final int AS_THEY_ARE = 12;

    private static final int APART = 24 * 24;
    private static final int HEIGHT_MAX = 1_300;

    private Palette() {}

    static byte[] reduced(byte[] png) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        int width = image.getWidth();
        int height = Math.min(HEIGHT_MAX, image.getHeight());
        int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
        Map<Integer, Integer> counts = new HashMap<>();
        for (int p : pixels) {
            counts.merge(p & 0xffffff, 1, Integer::sum);
        }
        List<Integer> most = chosen(counts);
        Map<Integer, Integer> index = new HashMap<>();
        for (int p : counts.keySet()) {
            index.put(p, nearest(most, p));
        }
        byte[] red = new byte[most.size()];
        byte[] green = new byte[most.size()];
        byte[] blue = new byte[most.size()];
        for (int i = 0; i < most.size(); i++) {
            red[i] = (byte) (most.get(i) >> 16);
            green[i] = (byte) (most.get(i) >> 8);
            blue[i] = (byte) (int) most.get(i);
        }
        BufferedImage few = new BufferedImage(
                width, height, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, most.size(), red, green, blue));
        for (int i = 0; i < pixels.length; i++) {
            few.getRaster().setSample(i % width, i / width, 0, index.get(pixels[i] & 0xffffff));
        }
        return png(few);
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam best = writer.getDefaultWriteParam();
        best.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        best.setCompressionQuality(0);
        try (ImageOutputStream to = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(to);
            writer.write(null, new IIOImage(image, null, null), best);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** Letters have many shades of one colour; a small green mark must not lose its colour to them. */
    private static List<Integer> chosen(Map<Integer, Integer> counts) {
        List<Integer> byCount = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
        List<Integer> chosen = new ArrayList<>(byCount.subList(0, Math.min(AS_THEY_ARE, byCount.size())));
        for (int c : byCount) {
            if (chosen.size() < COLOURS && distance(chosen.get(nearest(chosen, c)), c) > APART) {
                chosen.add(c);
            }
        }
        return chosen;
    }

    private static int distance(int c, int p) {
        int r = (c >> 16) - (p >> 16);
        int g = (c >> 8 & 255) - (p >> 8 & 255);
        int b = (c & 255) - (p & 255);
        return r * r + g * g + b * b;
    }

    private static int nearest(List<Integer> colours, int p) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < colours.size(); i++) {
            int distance = distance(colours.get(i), p);
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }
}
