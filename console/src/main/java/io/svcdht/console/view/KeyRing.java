package io.svcdht.console.view;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.Holders;
import io.svcdht.storage.state.ProviderView;
import io.svcdht.storage.state.Routing;
import java.util.List;

/**
 * The picture of the key space as a ring, 0000… at the top, clockwise: contacts as marks inside, this node as a
 * pointer, and how many content ids lie in each of 64 sectors outside.
 *
 * @param contacts a path of a stroke each
 * @param density a path of a stroke for each sector that holds some
 * @param contactsY where it is said how many: on the side that the pointer leaves free
 * @param note what the outside rests on
 */
public record KeyRing(String contacts, String density, Line self, String contactsText, String contactsY, String note) {
    private static final double CENTRE = 150;
    static final double RADIUS = 104;
    private static final int SECTORS = 64;
    /** Content ids looked at in a sector. */
    private static final int SAMPLE = 16;

    public record Line(String x1, String y1, String x2, String y2) {
        /** As a piece of a path. */
        String path() {
            return "M" + x1 + ' ' + y1 + 'L' + x2 + ' ' + y2;
        }
    }

    static KeyRing of(Routing routing, NodeId self, Scene scene) {
        StringBuilder contacts = new StringBuilder();
        for (Routing.Known k : routing.contacts()) {
            contacts.append(at(turn(k.contact().id().key().w0()), RADIUS - 9, RADIUS - 1)
                    .path());
        }
        return new KeyRing(
                contacts.toString(),
                density(scene.providers()),
                at(turn(self.key().w0()), 0, RADIUS - 2),
                Say.count(routing.contacts().size(), "contact", "contacts"),
                Axis.one(CENTRE + (pointsUp(turn(self.key().w0())) ? 33 : -28)),
                scene.providers().contentIds() > SECTORS * SAMPLE
                        ? "content ids, estimated from %d places".formatted(SECTORS)
                        : "content ids, counted");
    }

    private static boolean pointsUp(double turn) {
        return Math.cos(turn * 2 * Math.PI) > 0;
    }

    /** Where on the ring, 0 … 1. */
    private static double turn(long highestWord) {
        return (highestWord >>> 40) / (double) (1 << 24);
    }

    static Line at(double turn, double inner, double outer) {
        double x = Math.sin(turn * 2 * Math.PI);
        double y = -Math.cos(turn * 2 * Math.PI);
        return new Line(
                Axis.one(CENTRE + x * inner),
                Axis.one(CENTRE + y * inner),
                Axis.one(CENTRE + x * outer),
                Axis.one(CENTRE + y * outer));
    }

    /**
     * How dense the sectors are: a sector with few content ids is counted, of a fuller one the first few tell by how
     * far they lie apart, for keys are spread evenly.
     */
    private static String density(ProviderView providers) {
        double[] density = new double[SECTORS];
        double greatest = 1;
        for (int i = 0; i < SECTORS; i++) {
            long first = (long) i << 58;
            Key before = i == 0 ? null : new Key(first - 1, -1, -1, -1);
            List<Holders> some = providers.page(before, SAMPLE);
            int inside = 0;
            long last = first;
            for (Holders h : some) {
                if (h.key().w0() >>> 58 == i) {
                    inside++;
                    last = h.key().w0();
                }
            }
            double part = ((last - first) >>> 34) / (double) (1 << 24);
            density[i] = inside < SAMPLE ? inside : inside / Math.max(part, 1e-6);
            greatest = Math.max(greatest, density[i]);
        }
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < SECTORS; i++) {
            if (density[i] > 0) {
                lines.append(at((i + 0.5) / SECTORS, RADIUS + 5, RADIUS + 7 + 30 * density[i] / greatest)
                        .path());
            }
        }
        return lines.toString();
    }
}
