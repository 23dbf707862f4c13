package io.svcdht.discovery;

import io.svcdht.node.Discovery.Refusal;
import io.svcdht.node.discovery.Discv5.Wanted;
import io.svcdht.node.discovery.FoundRecord;
import io.svcdht.node.discovery.Octets;
import io.svcdht.node.discovery.OurEntries;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt64;
import org.ethereum.beacon.discovery.AddressAccessPolicy;
import org.ethereum.beacon.discovery.crypto.Signer;
import org.ethereum.beacon.discovery.schema.IdentitySchemaV4Interpreter;
import org.ethereum.beacon.discovery.schema.NodeRecord;
import org.ethereum.beacon.discovery.schema.NodeRecordBuilder;
import org.ethereum.beacon.discovery.schema.NodeRecordFactory;

/** Discovery records as the library has them, made and read. */
final class Records {
    private final Consumer<Refusal> refused;
    private final NodeRecordFactory factory;

    /** @param refused told of each record that is not looked at any further */
    Records(Consumer<Refusal> refused) {
        this.refused = refused;
        this.factory = new NodeRecordFactory(new Telling(refused));
    }

    /** Counts what the library throws away without a word. */
    private static final class Telling extends IdentitySchemaV4Interpreter {
        private final Consumer<Refusal> refused;

        Telling(Consumer<Refusal> refused) {
            this.refused = refused;
        }

        @Override
        public boolean isValid(NodeRecord record) {
            boolean valid = super.isValid(record);
            if (!valid) {
                refused.accept(Refusal.SIGNATURE);
            }
            return valid;
        }
    }

    NodeRecordFactory factory() {
        return factory;
    }

    /** Ours, signed. */
    NodeRecord own(Wanted wanted, Signer signer) {
        NodeRecordBuilder own = new NodeRecordBuilder()
                .nodeRecordFactory(factory)
                .signer(signer)
                .seq(UInt64.valueOf(wanted.sequence()));
        own.address(
                wanted.reached().getAddress().getHostAddress(),
                wanted.bind().getPort(),
                wanted.reached().getPort());
        wanted.entries().forEach((name, octets) -> own.customField(name, Bytes.wrap(octets.bytes())));
        return own.build();
    }

    /**
     * A boot record.
     *
     * @throws IllegalArgumentException with a sentence, if it will not do
     */
    NodeRecord boot(String enr, AddressAccessPolicy within) {
        NodeRecord record;
        try {
            record = factory.fromEnr(enr);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("discv5_boot holds %s, which is no ENR: %s".formatted(enr, e), e);
        }
        if (!record.isValid()) {
            throw new IllegalArgumentException(
                    "discv5_boot holds %s, which is not signed by the key it names; was it cut?".formatted(enr));
        }
        if (record.getUdpAddress()
                .or(record::getUdp6Address)
                .filter(within::allow)
                .isEmpty()) {
            throw new IllegalArgumentException(
                    "discv5_boot holds %s, which has no address that address_policy lets this node call"
                            .formatted(enr));
        }
        return record;
    }

    /** What matters of it to us; empty where its signature is wrong. */
    Optional<FoundRecord> read(NodeRecord record) {
        if (!record.isValid()) {
            return Optional.empty();
        }
        List<InetSocketAddress> streams = Stream.of(record.getTcpAddress(), record.getTcp6Address())
                .flatMap(Optional::stream)
                .toList();
        return Optional.of(new FoundRecord(
                record.getNodeId().toUnprefixedHexString(),
                record.getSeq().toLong(),
                entry(record, OurEntries.NETWORK),
                entry(record, OurEntries.ED25519),
                entry(record, OurEntries.ML_DSA_87),
                streams));
    }

    private static Optional<Octets> entry(NodeRecord record, String name) {
        return record.get(name) instanceof Bytes bytes
                ? Optional.of(Octets.of(bytes.toArrayUnsafe()))
                : Optional.empty();
    }

    /** Where datagrams go: only where our own transport would. */
    AddressAccessPolicy within(Wanted wanted) {
        return new AddressAccessPolicy() {
            @Override
            public boolean allow(InetSocketAddress at) {
                return wanted.admits().test(at);
            }

            @Override
            public boolean allow(NodeRecord record) {
                boolean within = Stream.of(
                                record.getUdpAddress(),
                                record.getUdp6Address(),
                                record.getTcpAddress(),
                                record.getTcp6Address())
                        .flatMap(Optional::stream)
                        // Port 0: of a client, which nobody can call.
                        .filter(at -> at.getPort() != 0)
                        .allMatch(this::allow);
                if (!within) {
                    refused.accept(Refusal.ADDRESS);
                }
                return within;
            }
        };
    }
}
