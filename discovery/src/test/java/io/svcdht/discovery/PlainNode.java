package io.svcdht.discovery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt64;
import org.ethereum.beacon.discovery.AddressAccessPolicy;
import org.ethereum.beacon.discovery.DiscoverySystem;
import org.ethereum.beacon.discovery.DiscoverySystemBuilder;
import org.ethereum.beacon.discovery.crypto.DefaultSigner;
import org.ethereum.beacon.discovery.crypto.Signer;
import org.ethereum.beacon.discovery.schema.NodeRecord;
import org.ethereum.beacon.discovery.schema.NodeRecordBuilder;
import org.ethereum.beacon.discovery.util.Functions;

/**
 * A node of the library that is none of ours: lives in the module's layer, and is made and told what to do through types of
 * the JDK. Told {@code record}, it answers its own; {@code make}, a record of these entries; {@code make-cut}, the same with
 * a wrong signature; {@code stop}, it ends.
 */
public final class PlainNode implements BiFunction<String, Map<String, Object>, String> {
    private final DiscoverySystem system;

    public PlainNode() throws Exception {
        Signer signer = signer();
        system = new DiscoverySystemBuilder()
                .listen(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
                .signer(signer)
                .localNodeRecord(new NodeRecordBuilder()
                        .signer(signer)
                        .address("127.0.0.1", 0)
                        .build())
                .addressAccessPolicy(AddressAccessPolicy.ALLOW_ALL)
                .build();
        system.start().get(60, TimeUnit.SECONDS);
    }

    private static Signer signer() {
        return new DefaultSigner(Functions.randomKeyPair().secretKey());
    }

    @Override
    public String apply(String what, Map<String, Object> entries) {
        return switch (what) {
            case "record" -> system.getLocalNodeRecord().asEnr();
            case "make" -> made(entries).asEnr();
            case "make-cut" -> {
                NodeRecord record = made(entries);
                byte[] signature = record.getSignature().toArray();
                signature[5] ^= 1;
                record.setSignature(Bytes.wrap(signature));
                yield record.asEnr();
            }
            case "stop" -> {
                system.stop();
                yield "";
            }
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static NodeRecord made(Map<String, Object> entries) {
        NodeRecordBuilder record = new NodeRecordBuilder().signer(signer()).seq(UInt64.valueOf(7));
        record.address((String) entries.get("host"), (Integer) entries.get("udp"), (Integer) entries.get("tcp"));
        entries.forEach((name, value) -> {
            if (value instanceof byte[] bytes) {
                record.customField(name, Bytes.wrap(bytes));
            }
        });
        return record.build();
    }
}
