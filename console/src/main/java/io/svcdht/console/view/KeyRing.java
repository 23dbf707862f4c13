package io.svcdht.console.view;

import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.state.Routing;
import io.svcdht.storage.state.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The picture of the key space as a ring, 0000… at the top, clockwise: contacts as marks inside, this node as a
 * pointer, and how many records lie in each of 64 sectors outside.
 *
 * @param note what the outside rests on
 */
public record KeyRing(List<Line> contacts, List<Line> density, Line self, String contactsText, String note) {
    private static final double CENTRE = 150;
    private static final double RADIUS = 104;
    private static final int SECTORS = 64;
    private static final int CHECK_EVERY = 256;

    public KeyRing {
        contacts = List.copyOf(contacts);
        density = List.copyOf(density);
    }

    public record Line(String x1, String y1, String x2, String y2) {}

    static KeyRing of(Routing routing, NodeId self, Scene scene, BooleanSupplier spent) {
        List<Line> contacts = new ArrayList<>();
        routing.contacts()
                .forEach(k -> contacts.add(at(turn(k.contact().id().key().w0()), RADIUS - 9, RADIUS - 1)));
        Density density = new Density(spent);
        String note;
        try {
            scene.providers().forEach(h -> h.forEach(density::see));
            note = "all records counted";
        } catch (Density.Enough e) {
            note = "a sample: %s counted".formatted(Say.count(density.seen, "record", "records"));
        }
        return new KeyRing(
                contacts,
                density.lines(),
                at(turn(self.key().w0()), 0, RADIUS - 2),
                Say.count(contacts.size(), "contact", "contacts"),
                note);
    }

    /** Where on the ring, 0 … 1. */
    private static double turn(long highestWord) {
        return (highestWord >>> 40) / (double) (1 << 24);
    }

    private static Line at(double turn, double inner, double outer) {
        double x = Math.sin(turn * 2 * Math.PI);
        double y = -Math.cos(turn * 2 * Math.PI);
        return new Line(
                Axis.one(CENTRE + x * inner),
                Axis.one(CENTRE + y * inner),
                Axis.one(CENTRE + x * outer),
                Axis.one(CENTRE + y * outer));
    }

    /** Counts records by sector until its time is spent. */
    private static final class Density {
        private final int[] counts = new int[SECTORS];
        private final BooleanSupplier spent;
        private long seen;

        Density(BooleanSupplier spent) {
            this.spent = spent;
        }

        static final class Enough extends RuntimeException {
            private static final long serialVersionUID = 1L;

            Enough() {
                super("enough", null, false, false);
            }
        }

        void see(StoredRecord r) {
            counts[(int) (r.record().cid().key().w0() >>> 58)]++;
            if (++seen % CHECK_EVERY == 0 && spent.getAsBoolean()) {
                throw new Enough();
            }
        }

        List<Line> lines() {
            int greatest = 1;
            for (int n : counts) {
                greatest = Math.max(greatest, n);
            }
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < SECTORS; i++) {
                if (counts[i] > 0) {
                    lines.add(at((i + 0.5) / SECTORS, RADIUS + 5, RADIUS + 7 + 30.0 * counts[i] / greatest));
                }
            }
            return lines;
        }
    }
}
