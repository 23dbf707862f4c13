package io.svcdht.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.svcdht.node.runtime.JournalFilling;
import io.svcdht.node.trust.NodeIdentity;
import io.svcdht.node.trust.RecordSigner;
import io.svcdht.node.trust.RootSigner;
import io.svcdht.node.wire.SignedRecord;
import io.svcdht.storage.event.DhtEvent;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.ContentId;
import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import io.svcdht.storage.model.Proof;
import io.svcdht.storage.model.ProviderRecord;
import io.svcdht.storage.model.SignedRoot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code journal verify --records}: every signature once more, from the files alone. */
class VerifyRecordsTest {
    private static final long T0 = 1_767_225_600_000L;
    private static final NodeId SELF = new NodeId(new Key(7, 7, 7, 7));
    private static final NodeIdentity PEER = NodeIdentity.ephemeral();
    private static final RootSigner.Signed BATCH = new RootSigner(PEER).sign(List.of(single(1), single(2)));

    @TempDir
    Path directory;

    private final Terminal terminal = new Terminal();

    private static ProviderRecord record(NodeId publisher, int i, List<String> addrs) {
        return new ProviderRecord(ContentId.of(new Key(i, 2, 3, 4)), publisher, "", addrs, 600, T0);
    }

    private static SignedRecord single(int i) {
        return new RecordSigner(PEER).sign(record(PEER.id(), i, List.of()));
    }

    private static DhtEvent announced(SignedRecord record) {
        return new DhtEvent.ProviderAnnounced(record.record());
    }

    private static List<DhtEvent> good() {
        return new ArrayList<>(List.of(
                new DhtEvent.NodeStarted(SELF, 1, "0.1.0"),
                new DhtEvent.ProviderAnnounced(record(SELF, 9, List.of())),
                new DhtEvent.KeyLearned(PEER.keys(), PEER.mlDsa87().orElseThrow()),
                new DhtEvent.RootAccepted(new SignedRoot(
                        BATCH.root(), PEER.keys(), BATCH.signatures().with(null).encode())),
                announced(BATCH.records().getFirst()),
                announced(single(3))));
    }

    private int verify(List<DhtEvent> events, String... more) throws Exception {
        Path data = directory.resolve("data" + directory.toFile().list().length);
        try (JournalFilling journal = JournalFilling.create(data)) {
            for (DhtEvent e : events) {
                journal.add(new JournalEntry(journal.first() + events.indexOf(e), T0, 0, e));
            }
            journal.finish();
        }
        List<String> command = new ArrayList<>(List.of("journal", "verify", "--data-dir=" + data));
        command.addAll(List.of(more));
        return terminal.run(command.toArray(String[]::new));
    }

    @Test
    void whole_records_are_counted_by_how_they_are_signed() throws Exception {
        assertThat(verify(good(), "--records")).isZero();
        assertThat(terminal.out())
                .contains("1 records signed with Ed25519 and ML-DSA-87, 1 with Ed25519 alone, 1 of this node's own");
        assertThat(verify(good(), "--records", "--json")).isZero();
        assertThat(terminal.out()).contains("\"records_checked\":{\"dual\":1,\"classical\":1,\"own\":1}");
    }

    private void bad(DhtEvent event, String why) throws Exception {
        List<DhtEvent> events = good();
        events.add(event);
        events.add(announced(single(4)));
        assertThat(verify(events)).as("without --records nobody looks").isZero();
        assertThat(verify(events, "--records")).isEqualTo(ExitCode.JOURNAL_DAMAGED);
        assertThat(terminal.err()).contains("position 7", why);
    }

    @Test
    void the_first_record_that_does_not_hold_is_named_by_its_position() throws Exception {
        SignedRecord good = single(5);
        ProviderRecord moved = record(PEER.id(), 5, List.of("elsewhere"));
        Proof proof = good.record().proof();
        bad(
                new DhtEvent.ProviderAnnounced(
                        new ProviderRecord(moved.cid(), moved.publisher(), "", moved.addrs(), 600, T0, proof)),
                "no Ed25519 signature");
    }

    @Test
    void a_record_moved_under_the_root_of_another_is_found() throws Exception {
        SignedRecord swapped = single(5)
                .with(List.of(
                        single(5).signatures().getFirst(),
                        BATCH.records().get(1).signatures().getLast()));
        bad(announced(swapped), "its path does not lead to the root it names");
    }

    @Test
    void a_record_whose_root_is_not_kept_is_found() throws Exception {
        RootSigner.Signed other = new RootSigner(PEER).sign(List.of(single(5)));
        bad(announced(other.records().getFirst()), "is not kept");
    }

    @Test
    void a_root_that_nobody_signed_is_found_by_the_first_record_that_refers_to_it() throws Exception {
        RootSigner.Signed other = new RootSigner(PEER).sign(List.of(single(5)));
        List<DhtEvent> events = good();
        events.add(new DhtEvent.RootAccepted(new SignedRoot(
                other.root(), PEER.keys(), BATCH.signatures().with(null).encode())));
        events.add(announced(other.records().getFirst()));
        assertThat(verify(events, "--records")).isEqualTo(ExitCode.JOURNAL_DAMAGED);
        assertThat(terminal.err()).contains("position 8", "signature");
    }

    @Test
    void a_record_of_another_without_any_signature_is_found() throws Exception {
        bad(new DhtEvent.ProviderAnnounced(record(PEER.id(), 5, List.of())), "without a signature");
    }
}
