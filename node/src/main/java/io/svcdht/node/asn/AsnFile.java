package io.svcdht.node.asn;

import com.maxmind.db.Metadata;
import com.maxmind.db.Reader;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.PeerAddress.Ip4;
import io.svcdht.storage.model.PeerAddress.Ip6;
import io.svcdht.storage.model.PeerAddress.Named;
import io.svcdht.storage.model.PeerAddress.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The autonomous system of an address, by an operator's file in the MaxMind DB format. Held in memory as a whole: the file
 * may be replaced, and a node that must not have files open has none. Many threads may ask.
 *
 * @see <a href="https://maxmind.github.io/MaxMind-DB/">MaxMind DB File Format Specification</a>
 */
public final class AsnFile {
    /** Not known, or nobody's in public. */
    public static final long UNKNOWN = 0;

    private static final long BYTES_MAX = 256L << 20;
    /** Addresses looked up before a file is believed: each leads through the tree into the records. */
    private static final int PROBES = 256;

    private static final int V4 = 4;
    private static final int V6 = 16;

    private final Reader reader;
    private final String about;

    private AsnFile(Reader reader, String about) {
        this.reader = reader;
        this.about = about;
    }

    /** Why a file will not do, as a sentence that begins with its path. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(Path file, String why) {
            super(file + " " + why);
        }
    }

    /** Reads a file and tries it. */
    public static AsnFile open(Path file) throws Refused {
        Reader reader = read(file);
        Metadata m = reader.getMetadata();
        String kind = m.databaseType().toLowerCase(Locale.ROOT);
        if (!kind.contains("asn") && !kind.contains("isp")) {
            throw new Refused(
                    file, "holds \"%s\", not autonomous systems; give a database such as GeoLite2-ASN".formatted(kind));
        }
        AsnFile asns = new AsnFile(
                reader,
                "%s of %s, %d nodes"
                        .formatted(
                                m.databaseType(),
                                Instant.ofEpochSecond(m.buildEpoch().longValue()),
                                m.nodeCount()));
        asns.probe(file);
        return asns;
    }

    private static Reader read(Path file) throws Refused {
        try {
            if (!Files.isRegularFile(file)) {
                throw new Refused(file, "is no file; give a database of autonomous systems in MaxMind's format");
            }
            long bytes = Files.size(file);
            if (bytes > BYTES_MAX) {
                throw new Refused(file, "has %d bytes; at most %d are taken".formatted(bytes, BYTES_MAX));
            }
            return new Reader(file.toFile(), Reader.FileMode.MEMORY);
        } catch (IOException | RuntimeException e) {
            throw new Refused(file, "cannot be read as a MaxMind database, it is damaged or something else: " + e);
        }
    }

    /** A tree that was cut or overwritten sends one of these somewhere where there is nothing. */
    private void probe(Path file) throws Refused {
        try {
            for (int i = 0; i < PROBES; i++) {
                find(new Ip4(i << 24 | 0x010101 * (i & 0x7f), 1));
            }
        } catch (IOException | RuntimeException e) {
            throw new Refused(file, "is damaged: " + e);
        }
    }

    /** The number of the autonomous system, {@link #UNKNOWN} where the file does not say. */
    public long of(PeerAddress address) {
        try {
            return address.scope() == Scope.PUBLIC ? find(address) : UNKNOWN;
        } catch (IOException | RuntimeException e) {
            // Damage the probes did not meet. Whoever is there is judged by its block of addresses.
            return UNKNOWN;
        }
    }

    /** The same contact with what the file says of its first address; what anybody else says of it does not count. */
    public Contact judged(Contact c) {
        long asn = of(c.addr());
        return asn == c.asn() ? c : c.at(c.addrs(), asn);
    }

    private long find(PeerAddress address) throws IOException {
        InetAddress ip = ip(address);
        if (ip == null || ip.getAddress().length == V6 && reader.getMetadata().ipVersion() == V4) {
            return UNKNOWN;
        }
        Map<?, ?> entry = reader.get(ip, Map.class);
        return entry == null ? UNKNOWN : number(entry);
    }

    private static @Nullable InetAddress ip(PeerAddress address) throws UnknownHostException {
        return switch (address) {
            case Ip4 a ->
                InetAddress.getByAddress(
                        ByteBuffer.allocate(V4).putInt(a.bits()).array());
            case Ip6 a ->
                InetAddress.getByAddress(ByteBuffer.allocate(V6)
                        .putLong(a.high())
                        .putLong(a.low())
                        .array());
            case Named n -> null;
        };
    }

    /** MaxMind's own files have a number, others a text such as {@code AS64500}. */
    private static long number(Map<?, ?> entry) {
        Object said = entry.get("autonomous_system_number");
        Object text = entry.get("asn");
        long asn = UNKNOWN;
        if (said instanceof Number n) {
            asn = n.longValue();
        } else if (text instanceof Number n) {
            asn = n.longValue();
        } else if (text instanceof String s && s.matches("AS[0-9]{1,10}")) {
            asn = Long.parseLong(s.substring(2));
        }
        return asn > 0 && asn <= Contact.ASN_MAX ? asn : UNKNOWN;
    }

    /** What it is and from when, for a log. */
    @Override
    public String toString() {
        return about;
    }
}
