package io.svcdht.node.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.Discovery.Refusal;
import io.svcdht.node.discovery.RecordJudge.Verdict;
import io.svcdht.node.net.AddressPolicy;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.DenyList;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordJudgeTest {
    private static final NodeKeys KEYS = NodeKeys.of(new Key(1, 2, 3, 4), new Key(5, 6, 7, 8));
    private static final Key SELF = new Key(9, 9, 9, 9);

    private final RecordJudge judge = new RecordJudge("mine", SELF, AddressPolicy.PUBLIC::admits);

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    private static FoundRecord record(Map<String, Octets> entries, InetSocketAddress... streams) {
        return new FoundRecord(
                "aa",
                7,
                Optional.ofNullable(entries.get(OurEntries.NETWORK)),
                Optional.ofNullable(entries.get(OurEntries.ED25519)),
                Optional.ofNullable(entries.get(OurEntries.ML_DSA_87)),
                List.of(streams));
    }

    private static FoundRecord record(NodeKeys keys, String network, InetSocketAddress... streams) {
        return record(OurEntries.of(keys, network), streams);
    }

    private Verdict judged(FoundRecord record) {
        return judge.judge(record, DenyList.NOTHING);
    }

    private static Verdict refused(Refusal why) {
        return new Verdict.Refused(why);
    }

    @Test
    void a_record_of_this_network_is_worth_a_call() {
        assertThat(judged(record(KEYS, "mine", at("8.8.8.8", 5302), at("2600::1", 5302))))
                .isEqualTo(new Verdict.Call(new Contact(
                        KEYS, List.of(PeerAddress.parse("8.8.8.8:5302"), PeerAddress.parse("[2600::1]:5302")), 0)));
        NodeKeys classical = NodeKeys.classical(KEYS.ed25519());
        assertThat(judged(record(classical, "mine", at("8.8.8.8", 5302))))
                .isEqualTo(new Verdict.Call(new Contact(classical, List.of(PeerAddress.parse("8.8.8.8:5302")), 0)));
    }

    @Test
    void other_networks_and_other_programs_are_left_alone() {
        assertThat(judged(record(KEYS, "another", at("8.8.8.8", 5302)))).isEqualTo(refused(Refusal.NETWORK));
        assertThat(judged(record(Map.of(), at("8.8.8.8", 30303)))).isEqualTo(refused(Refusal.NETWORK));
    }

    @Test
    void an_address_that_reaches_less_far_than_ours_is_not_called() {
        assertThat(judged(record(KEYS, "mine", at("192.168.1.7", 5302)))).isEqualTo(refused(Refusal.ADDRESS));
        assertThat(judged(record(KEYS, "mine", at("127.0.0.1", 22)))).isEqualTo(refused(Refusal.ADDRESS));
        assertThat(judged(record(KEYS, "mine", at("224.0.0.1", 5302)))).isEqualTo(refused(Refusal.ADDRESS));
        assertThat(judged(record(KEYS, "mine", at("10.0.0.1", 5302), at("2600::1", 5302))))
                .isEqualTo(new Verdict.Call(new Contact(KEYS, List.of(PeerAddress.parse("[2600::1]:5302")), 0)));
        assertThat(judge.admits(at("10.0.0.1", 5303))).isFalse();
        assertThat(judge.admits(at("8.8.8.8", 5303))).isTrue();
    }

    @Test
    void keys_of_the_wrong_length_and_no_address_at_all_are_malformed() {
        Map<String, Octets> network = Map.of(OurEntries.NETWORK, OurEntries.network("mine"));
        assertThat(judged(record(network, at("8.8.8.8", 5302)))).isEqualTo(refused(Refusal.MALFORMED));
        assertThat(judged(record(
                        Map.of(
                                OurEntries.NETWORK, OurEntries.network("mine"),
                                OurEntries.ED25519, Octets.of(new byte[31])),
                        at("8.8.8.8", 5302))))
                .isEqualTo(refused(Refusal.MALFORMED));
        assertThat(judged(record(KEYS, "mine"))).isEqualTo(refused(Refusal.MALFORMED));
        assertThat(judged(record(KEYS, "mine", at("8.8.8.8", 0)))).isEqualTo(refused(Refusal.MALFORMED));
    }

    @Test
    void who_is_banned_is_not_called() {
        FoundRecord record = record(KEYS, "mine", at("8.8.8.8", 5302));
        for (Banned banned : List.of(new Banned.Peer(KEYS.id()), Banned.parse("8.8.8.0/24"))) {
            assertThat(judge.judge(record, DenyList.of(List.of(banned)))).isEqualTo(refused(Refusal.BANNED));
        }
    }

    @Test
    void our_own_record_is_known() {
        assertThat(judged(record(NodeKeys.classical(SELF), "mine", at("8.8.8.8", 5302))))
                .isEqualTo(new Verdict.Ourselves());
    }

    @Test
    void networks_have_names_of_one_length() {
        assertThat(OurEntries.network("x".repeat(255)).length()).isEqualTo(16);
        assertThat(OurEntries.network("a")).isNotEqualTo(OurEntries.network("b"));
    }
}
