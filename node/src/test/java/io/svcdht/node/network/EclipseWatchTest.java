package io.svcdht.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.svcdht.node.asn.AsnFile;
import io.svcdht.node.asn.AsnFixture;
import io.svcdht.node.config.NetworkConfig;
import io.svcdht.node.kad.Crowding.Place;
import io.svcdht.node.kad.RoutingTable;
import io.svcdht.node.kad.TableRules;
import io.svcdht.node.peering.Peering;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.NodeKeys;
import io.svcdht.storage.model.PeerAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EclipseWatchTest {
    private static final NodeKeys KEYS = NodeKeys.classical(new Key(1, 2, 3, 4));
    private static final Contact LIAR = new Contact(KEYS, List.of(PeerAddress.parse("203.0.113.7:5302")), 64_999);

    private final RoutingTable table = new RoutingTable(new NodeId(new Key(9, 9, 9, 9)), TableRules.standard());

    @TempDir
    Path dir;

    private static EclipseWatch watch(Optional<Path> file) throws AsnFile.Refused {
        return EclipseWatch.open(new NetworkConfig.Care(OptionalInt.empty(), 300, 3_600, 60, 40, 1.5, file));
    }

    private Path file(long asn) {
        return new AsnFixture().network("203.0.0.0/16", asn).write(dir.resolve("asn.mmdb"));
    }

    @Test
    void whose_an_address_is_says_the_file_and_not_the_peer() throws Exception {
        assertThat(watch(Optional.of(file(64_500))).judged(LIAR).asn()).isEqualTo(64_500);
    }

    @Test
    void without_a_file_nobody_is_believed() throws Exception {
        EclipseWatch watch = watch(Optional.empty());
        assertThat(watch.judged(LIAR).asn()).isZero();
        assertThat(watch.guard(table, System.nanoTime()).asns()).isEmpty();
    }

    @Test
    void a_reload_takes_up_what_the_file_says_now_and_keeps_the_old_where_it_is_damaged() throws Exception {
        Path path = file(64_500);
        EclipseWatch watch = watch(Optional.of(path));
        file(64_501);
        watch.read(Optional.of(path));
        assertThat(watch.judged(LIAR).asn()).isEqualTo(64_501);
        Files.writeString(path, "no database");
        assertThatThrownBy(() -> watch.read(Optional.of(path))).isInstanceOf(AsnFile.Refused.class);
        assertThat(watch.judged(LIAR).asn()).isEqualTo(64_501);
        assertThat(watch.guard(table, System.nanoTime()).asns()).contains("Made-up-ASN");
    }

    @Test
    void an_alarm_is_shown_while_lookups_take_more_paths() throws Exception {
        EclipseWatch watch = watch(Optional.empty());
        long now = System.nanoTime();
        watch.crowded(new Key(0x1234L << 48, 0, 0, 0), new Place(100_000, 1_000, true), now);
        assertThat(watch.guard(table, now + 1).alarm()).contains("1234", "100,000", "1,000");
        assertThat(watch.guard(table, now + 1).alarms()).isOne();
        assertThat(watch.guard(table, now + Peering.HOSTILE_NANOS + 1).alarm()).isEmpty();
    }
}
