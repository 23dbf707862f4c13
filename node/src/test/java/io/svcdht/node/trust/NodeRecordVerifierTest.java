package io.svcdht.node.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.svcdht.node.wire.NodeRecord;
import io.svcdht.node.wire.Refusal;
import io.svcdht.node.wire.Signature;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.PeerAddress.Scope;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NodeRecordVerifierTest {
    private static final NodeIdentity PEER = NodeIdentity.ephemeral();
    private static final NodeIdentity CLASSICAL = NodeIdentity.ephemeralClassical();
    private static final List<PeerAddress> HERE = List.of(PeerAddress.parse("192.0.2.1:5302"));
    private static final NodeId SELF = new NodeId(new Key(1, 1, 1, 1));

    private final RefusalCounts counts = new RefusalCounts();
    private final NodeRecordVerifier verifier = new NodeRecordVerifier(SELF, "svc-dht", Scope.PUBLIC, counts);

    private static NodeRecord record(List<PeerAddress> addrs, String network, long sequence) {
        return PEER.signed(addrs, network, List.of(1), sequence);
    }

    private void refused(Refusal why, NodeRecord record, NodeId asked, @Nullable NodeRecord held) {
        long before = counts.of(why);
        assertThat(verifier.verify(record.encode(), asked, held))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        r -> assertThat(r.why()).as(r.detail()).isEqualTo(why));
        assertThat(counts.of(why)).isEqualTo(before + 1);
    }

    private void accepted(NodeRecord record, @Nullable NodeRecord held) {
        assertThat(verifier.verify(record.encode(), record.id(), held)).isEqualTo(new Outcome.Accepted<>(record));
    }

    @Test
    void a_record_says_who_and_where_a_node_is() {
        NodeRecord record = record(HERE, "svc-dht", 3);
        accepted(record, null);
        assertThat(record.id()).isEqualTo(PEER.id());
        assertThat(record.contact(5)).isEqualTo(new Contact(PEER.keys(), HERE, 5));
        assertThat(record.encode()).hasSizeLessThanOrEqualTo(NodeRecord.BYTES_MAX);
        accepted(CLASSICAL.signed(HERE, "svc-dht", List.of(1), 0), null);
    }

    @Test
    void a_later_number_replaces_and_an_earlier_is_refused() {
        NodeRecord held = record(HERE, "svc-dht", 3);
        accepted(record(HERE, "svc-dht", 4), held);
        accepted(held, held);
        refused(Refusal.STALE, record(HERE, "svc-dht", 2), PEER.id(), held);
        List<PeerAddress> there = List.of(PeerAddress.parse("192.0.2.9:5302"));
        refused(Refusal.STALE, record(there, "svc-dht", 3), PEER.id(), held);
    }

    @Test
    void another_network_and_another_node_are_refused() {
        refused(Refusal.OTHER_NETWORK, record(HERE, "svc-dht-2", 1), PEER.id(), null);
        refused(Refusal.WRONG_NODE, record(HERE, "svc-dht", 1), CLASSICAL.id(), null);
        NodeRecordVerifier ours = new NodeRecordVerifier(PEER.id(), "svc-dht", Scope.PUBLIC, counts);
        assertThat(ours.verify(record(HERE, "svc-dht", 1).encode(), PEER.id(), null))
                .isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void addresses_nobody_has_and_narrower_ones_are_refused() {
        for (String addr : List.of("224.0.0.1:1", "0.0.0.0:1", "[::]:1", "[ff02::1]:1", "127.0.0.1:1", "10.0.0.1:1")) {
            List<PeerAddress> addrs = List.of(HERE.getFirst(), PeerAddress.parse(addr));
            refused(Refusal.ADDRESS, record(addrs, "svc-dht", 1), PEER.id(), null);
        }
        NodeRecordVerifier local = new NodeRecordVerifier(SELF, "svc-dht", Scope.LOOPBACK, counts);
        List<PeerAddress> loopback = List.of(PeerAddress.parse("127.0.0.1:5302"));
        assertThat(local.verify(record(loopback, "svc-dht", 1).encode(), PEER.id(), null))
                .isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void both_signatures_must_hold_where_both_keys_are_there() {
        NodeRecord good = record(HERE, "svc-dht", 1);
        Signature ed = good.signatures().getFirst();
        Signature ml = good.signatures().getLast();
        NodeRecord other = record(HERE, "svc-dht", 2);
        refused(Refusal.BAD_SIGNATURE, good.with(List.of(ed)), PEER.id(), null);
        refused(Refusal.BAD_SIGNATURE, good.with(List.of(ml)), PEER.id(), null);
        refused(Refusal.BAD_SIGNATURE, good.with(List.of()), PEER.id(), null);
        refused(Refusal.BAD_SIGNATURE, good.with(List.of(ed, other.signatures().getLast())), PEER.id(), null);
        refused(Refusal.BAD_SIGNATURE, good.with(List.of(other.signatures().getFirst(), ml)), PEER.id(), null);
        refused(
                Refusal.BAD_SIGNATURE,
                good.with(List.of(PEER.signEd25519(SigningContext.PROVIDER_RECORD, good.signedBytes()), ml)),
                PEER.id(),
                null);
    }

    @Test
    void a_record_of_the_hash_alone_needs_one_signature() {
        NodeRecord bare = new NodeRecord(PEER.keys(), null, HERE, "svc-dht", List.of(1), 1, List.of());
        NodeRecord signed = bare.with(List.of(PEER.signEd25519(SigningContext.NODE_RECORD, bare.signedBytes())));
        accepted(signed, null);
        assertThat(signed.id()).isEqualTo(PEER.id());
    }

    @Test
    void what_others_would_not_read_is_not_written() {
        List<PeerAddress> longest = IntStream.range(0, Contact.ADDRS_MAX)
                .<PeerAddress>mapToObj(i -> PeerAddress.parse(
                        ("a".repeat(60) + ".").repeat(3) + "c".repeat(55) + ".b" + i + ".example:5302"))
                .toList();
        NodeRecord large = record(longest, "n".repeat(255), 1);
        assertThatIllegalStateException().isThrownBy(large::encode);
        byte[] oversize = new byte[NodeRecord.BYTES_MAX + 1];
        assertThat(verifier.verify(oversize, PEER.id(), null)).isInstanceOf(Outcome.Refused.class);
        assertThat(counts.of(Refusal.OVER_SIZE)).isEqualTo(1);
    }
}
