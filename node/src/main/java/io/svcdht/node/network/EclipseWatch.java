package io.svcdht.node.network;

import io.svcdht.node.Network.Guard;
import io.svcdht.node.asn.AsnFile;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.kad.BucketMix;
import io.svcdht.node.kad.Crowding;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.peering.Peering;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out whose addresses are, and raises the alarm where somebody seems to close in on a key. For the event loop. */
final class EclipseWatch {
    private static final Logger LOG = LoggerFactory.getLogger(EclipseWatch.class);
    /** The same is not said more often than this. */
    private static final long SAID_AGAIN_NANOS = 60_000_000_000L;
    /** Walking through all buckets costs; nobody looks more often. */
    private static final long LOOK_NANOS = 1_000_000_000L;

    private final NetworkConfig.Care care;
    private volatile @Nullable AsnFile asns;

    private String alarm = "";
    private long alarms;
    private long alarmUntilNanos;
    private long saidNanos;
    private long lookedNanos;
    private boolean poor;
    private List<BucketMix> mixes = List.of();

    private EclipseWatch(NetworkConfig.Care care) {
        this.care = care;
        this.lookedNanos = System.nanoTime() - LOOK_NANOS;
    }

    static EclipseWatch open(NetworkConfig.Care care) throws AsnFile.Refused {
        EclipseWatch watch = new EclipseWatch(care);
        watch.read(care.asnFile());
        return watch;
    }

    /** Takes up what the file says now; on any thread. If it will not do, what it said before stays. */
    void read(Optional<Path> file) throws AsnFile.Refused {
        if (file.isPresent()) {
            AsnFile opened = AsnFile.open(file.get());
            asns = opened;
            LOG.info("Autonomous systems by {}: {}", file.get(), opened);
        } else {
            asns = null;
            LOG.info("No asn_file is set: a /24 or /48 of addresses stands for an autonomous system");
        }
    }

    /** The same contact with what this node knows of whose it is. */
    Contact judged(Contact c) {
        AsnFile known = asns;
        if (known != null) {
            return known.judged(c);
        }
        return c.asn() == AsnFile.UNKNOWN ? c : c.at(c.addrs(), AsnFile.UNKNOWN);
    }

    /** Ids beside a key are denser than luck makes them. */
    void crowded(Key target, Crowding.Place place, long nowNanos) {
        alarm =
                "ids near %s… are as dense as in a network of %,d, this one has about %,d: somebody may have made them for it"
                        .formatted(target.toString().substring(0, 12), place.nodesHere(), place.nodes());
        alarmUntilNanos = nowNanos + Peering.HOSTILE_NANOS;
        if (alarms++ == 0 || nowNanos - saidNanos > SAID_AGAIN_NANOS) {
            saidNanos = nowNanos;
            LOG.warn("It looks as if somebody closes in on a key: {}; lookups take more paths for ten minutes", alarm);
        }
    }

    /** How things stand. */
    Guard guard(RoutingTable table, long nowNanos) {
        if (nowNanos - lookedNanos >= LOOK_NANOS) {
            lookedNanos = nowNanos;
            mixes = table.mixes();
            look();
        }
        if (!alarm.isEmpty() && nowNanos - alarmUntilNanos > 0) {
            alarm = "";
        }
        AsnFile known = asns;
        return new Guard(known == null ? "" : known.toString(), mixes, alarm, alarms);
    }

    private void look() {
        boolean now = mixes.stream().anyMatch(m -> m.breaks(care.asnPercentMax(), care.asnEntropyMin()));
        if (now && !poor) {
            LOG.warn(
                    "One network has more than its share of a bucket: asn_max_pct is {}, asn_entropy_min {}; contacts of"
                            + " others take its places as they come",
                    care.asnPercentMax(),
                    care.asnEntropyMin());
        }
        poor = now;
    }
}
