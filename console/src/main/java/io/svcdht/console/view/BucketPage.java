package io.svcdht.console.view;

import io.svcdht.node.error.ErrorCode;
import io.svcdht.storage.event.JournalEntry;
import io.svcdht.storage.model.Contact;
import io.svcdht.storage.model.PeerAddress;
import io.svcdht.storage.state.Routing;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One bucket's contacts, the longest unheard of first.
 *
 * @param refresh where to ask for a look into it; empty = not from here
 * @param said what came of that
 * @param previous the next wider bucket, empty = this is the widest
 */
public record BucketPage(
        Frame frame,
        String bucket,
        String sentence,
        List<Row> rows,
        String note,
        String previous,
        String next,
        String refresh,
        String said)
        implements Page {
    public BucketPage {
        rows = List.copyOf(rows);
    }

    /** One contact. */
    public record Row(
            String id,
            String title,
            String href,
            String address,
            String addresses,
            String network,
            boolean verified,
            String keys,
            String heard,
            String event,
            String eventHref) {}

    public static BucketPage of(Visit visit) {
        return Scene.look(visit, scene -> Scene.past(visit.node(), () -> page(visit, scene)));
    }

    private static BucketPage page(Visit visit, Scene scene) {
        int bucket = bucket(visit.lastSegment());
        Routing routing = scene.routing();
        LastWords words = LastWords.at(visit, scene);
        BucketFacts facts = BucketFacts.of(
                bucket, routing.bucket(bucket), visit.node().config().network().care());
        String sentence = facts.contacts().isEmpty()
                ? "Nobody whose id shares exactly %s with this node's is known"
                        .formatted(Say.count(bucket, "leading bit", "leading bits"))
                : "%s, %s, %s bits of entropy%s"
                        .formatted(
                                Say.count(facts.contacts().size(), "contact", "contacts"),
                                Say.count(facts.networks(), "network", "networks"),
                                facts.entropy(),
                                facts.underGuard() ? "; " + facts.note() : "");
        return new BucketPage(
                Frame.of(visit, scene, "Bucket " + bucket),
                String.valueOf(bucket),
                sentence,
                facts.contacts().stream()
                        .map(k -> row(k, scene, words, visit.links()))
                        .toList(),
                words.complete()
                        ? ""
                        : "When contacts were last heard of was looked up as far as the time for it went.",
                bucket == 0 ? "" : visit.links().bucket(bucket - 1),
                bucket == 255 ? "" : visit.links().bucket(bucket + 1),
                visit.mayAskOthers() && !scene.past()
                        ? visit.links().root() + "buckets/%d/refresh".formatted(bucket)
                        : "",
                scene.past() ? "" : visit.notebook().lastSaid("buckets/" + bucket, scene.nowMillis()));
    }

    public static int bucket(String text) {
        if (text.matches("\\d{1,3}") && Integer.parseInt(text) <= 255) {
            return Integer.parseInt(text);
        }
        throw PageRefused.of(ErrorCode.NotFound, "Buckets are numbered from 0 to 255.")
                .leadingTo("buckets", "Routing table");
    }

    static Row row(Routing.Known known, Scene scene, LastWords words, Links links) {
        Contact c = known.contact();
        Optional<JournalEntry> word = words.of(c.id());
        return new Row(
                Say.id(c.id().text()),
                c.id().text(),
                links.peer(c.id()),
                c.addr().text(),
                c.addrs().stream().skip(1).map(PeerAddress::text).collect(Collectors.joining(", ")),
                c.asn() == 0 ? "unknown" : "AS" + c.asn(),
                known.verified(),
                c.keys().classicalOnly() ? "Ed25519" : "Ed25519 and ML-DSA-87",
                word.map(e -> Say.ago(scene.nowMillis() - e.instantMillis())).orElse(""),
                word.map(e -> Say.number(e.position())).orElse(""),
                word.map(e -> links.event(e.position())).orElse(""));
    }
}
