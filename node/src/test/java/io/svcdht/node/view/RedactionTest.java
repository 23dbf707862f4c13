package io.svcdht.node.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.EventType;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.AddressPrefix;
import io.svcdht.storage.model.Banned;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RedactionTest {
    private static final NodeKeys KEYS = NodeKeys.classical(new Key(1, 2, 3, 4));

    private final Redaction both = new Redaction(true, true, new byte[32]);

    private static JournalEntry entry(DhtEvent event) {
        return new JournalEntry(7, 1_767_225_600_000L, 0, event);
    }

    private static ProviderRecord record(String locator) {
        return new ProviderRecord(
                ContentId.parse("b3:" + "ab".repeat(32), false),
                KEYS.id(),
                locator,
                List.of("tcp://198.51.100.77:4001", "shop.example"),
                600,
                1_767_225_600_000L,
                new Proof(KEYS, new byte[] {0x55, 0x56, 0x57}));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    192.0.2.77:5302                      | 192.0.2.0/24
                    at 192.0.2.77, twice.                | at 192.0.2.0/24, twice.
                    /ip4/192.0.2.77/tcp/4001             | /ip4/192.0.2.0/24/tcp/4001
                    192.0.2.77/32                        | 192.0.2.0/24
                    192.0.0.0/16                         | 192.0.0.0/16
                    [2001:db8:1:2:3:4:5:6]:5302          | 2001:db8:1::/48
                    tcp://[2001:db8:1:2::6]:5302/x       | tcp://2001:db8:1::/48/x
                    2001:db8:1:2::6                      | 2001:db8:1::/48
                    2001:db8::/32                        | 2001:db8::/32
                    ::1                                  | ::/48
                    2026-01-31T12:00:00.000Z             | 2026-01-31T12:00:00.000Z
                    12:30:05                             | 12:30:05
                    version 0.1.0                        | version 0.1.0
                    999.1.1.1                            | 999.1.1.1
                    b3:abab                              | b3:abab
                    """)
    void addresses_become_their_blocks_and_nothing_else_does(String text, String cut) {
        assertThat(Redaction.cut(text)).isEqualTo(cut);
    }

    @Test
    void a_contact_keeps_no_address() {
        Contact contact = new Contact(
                KEYS,
                List.of(
                        PeerAddress.parse("192.0.2.77:5302"),
                        PeerAddress.parse("[2001:db8:1:2::6]:5302"),
                        PeerAddress.parse("host.example:5302")),
                64500);
        String line = new Redaction(true, false, new byte[32]).line(entry(new DhtEvent.ContactAdded(contact, true)));
        assertThat(line)
                .contains("\"addrs\":[\"192.0.2.0/24\",\"2001:db8:1::/48\",\"-\"]", "64500")
                .doesNotContain("77", "::6", "host.example", "5302");
    }

    @Test
    void bans_settings_and_words_of_operators_are_cut_too() {
        Redaction addresses = new Redaction(true, false, new byte[32]);
        assertThat(addresses.line(entry(new DhtEvent.PeerBanned(
                        new Banned.Addresses(AddressPrefix.parse("192.0.2.77")), "192.0.2.77 floods"))))
                .contains("192.0.2.0/24")
                .doesNotContain("192.0.2.77");
        assertThat(addresses.line(entry(new DhtEvent.ConfigChanged("seeds", "a.example:1", "b.example:1", "file: x"))))
                .doesNotContain("example");
    }

    @Test
    void a_record_keeps_neither_places_nor_what_would_confirm_a_guess_of_them() {
        String line = both.line(entry(new DhtEvent.ProviderAnnounced(record("http://198.51.100.9/secret-shelf"))));
        assertThat(line)
                .contains("\"locator\":\"locator-", "\"ttl_secs\":600", "b3:" + "ab".repeat(32))
                .doesNotContain("secret-shelf", "198.51", "shop.example", "sigs", "555657", "proof");
        assertThat(both.line(entry(new DhtEvent.DigestMarked(6, new Key(0xfeedL, 1, 2, 3)))))
                .doesNotContain("feed")
                .contains("\"up_to\":6");
        assertThat(new Redaction(true, false, new byte[32]).line(entry(new DhtEvent.ProviderAnnounced(record("x")))))
                .as("addresses alone")
                .doesNotContain("sigs");
    }

    @Test
    void a_locator_has_one_name_in_an_export_and_another_in_the_next() {
        String one = both.line(entry(new DhtEvent.ProviderAnnounced(record("local://shelf"))));
        assertThat(both.line(entry(new DhtEvent.ProviderAnnounced(record("local://shelf")))))
                .isEqualTo(one);
        assertThat(both.line(entry(new DhtEvent.ProviderAnnounced(record("local://shelg")))))
                .isNotEqualTo(one);
        byte[] other = new byte[32];
        other[0] = 1;
        assertThat(new Redaction(true, true, other)
                        .line(entry(new DhtEvent.ProviderAnnounced(record("local://shelf")))))
                .isNotEqualTo(one);
    }

    @Test
    void what_somebody_took_back_by_hand_is_told_without_the_place() {
        assertThat(both.line(
                        entry(new DhtEvent.AuditRecorded("admin", "withdraw", "b3:abc local://secret-shelf", "moved"))))
                .contains("\"subject\":\"b3:abc\"")
                .doesNotContain("secret-shelf");
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void every_type_of_event_passes_and_does_not_come_back(EventType type) {
        RandomEvents events = new RandomEvents(type.code());
        for (int i = 1; i <= 50; i++) {
            JournalEntry e = events.entry(i, type);
            String line = both.line(e);
            assertThat(line).startsWith("{\"position\":" + i + ",");
            assertThat(line).contains("\"type\":\"" + type + "\"").doesNotContain("\"digest\":", "\"proof\":");
            assertThat(new Redaction(true, false, new byte[32]).line(e)).doesNotContain("\"digest\":", "\"proof\":");
        }
    }
}
