package io.svcdht.storage.model;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is looked for: the text its publisher used and the 256-bit key it stands for (contracts §1).
 *
 * <p>{@code b3:<64 lower-case hex>} is canonical and is its own key. A CIDv1 whose multihash is BLAKE3-256 (0x1e) has
 * the same key. For any other CID the key is the BLAKE3-256 of the multihash bytes; for any other text, accepted only
 * when lenient, the BLAKE3-256 of its UTF-8 bytes.
 */
public final class ContentId {
    public static final String PREFIX = "b3:";

    private final Key key;
    /** The publisher's text, null where it is the canonical one: most are, and a million of them would be 100 MB. */
    private final @Nullable String ownText;

    private ContentId(Key key, @Nullable String ownText) {
        this.key = key;
        this.ownText = ownText;
    }

    /** A text with the key it is known to stand for. */
    public ContentId(String text, Key key) {
        this(key, text.equals(canonical(key)) ? null : text);
    }

    public static ContentId of(Key key) {
        return new ContentId(key, null);
    }

    /**
     * Reads any accepted form; surrounding white space is dropped.
     *
     * @param lenient whether a text that is no CID may stand for its own hash
     * @throws IllegalArgumentException with a sentence the caller can act on
     */
    public static ContentId parse(String raw, boolean lenient) {
        if (isCanonical(raw)) {
            return of(Hex.key(raw, PREFIX.length()));
        }
        String text = Texts.checked("cid", raw);
        if (text.startsWith(PREFIX)) {
            if (isCanonical(text)) {
                return of(Hex.key(text, PREFIX.length()));
            }
            if (Hex.isLowerHex(text.toLowerCase(Locale.ROOT), PREFIX.length(), Key.BYTES * 2)) {
                throw new IllegalArgumentException("cid has upper-case digits; write b3: and 64 lower-case hex digits");
            }
        }
        Optional<Cid> cid = Cid.parse(text);
        if (cid.isPresent()) {
            return new ContentId(text, key(cid.get()));
        }
        if (!lenient) {
            throw new IllegalArgumentException(
                    "cid is neither b3: and 64 lower-case hex digits nor a CID; short ids need lenient_ids=true");
        }
        return new ContentId(text, Key.of(Blake3.hash(text.getBytes(StandardCharsets.UTF_8))));
    }

    private static Key key(Cid cid) {
        return cid.isBlake3() ? Key.of(cid.multihash(), 2) : Key.of(Blake3.hash(cid.multihash()));
    }

    private static boolean isCanonical(String text) {
        return text.startsWith(PREFIX) && Hex.isLowerHex(text, PREFIX.length(), Key.BYTES * 2);
    }

    public static String canonical(Key key) {
        return PREFIX + key.hex();
    }

    public String text() {
        return ownText == null ? canonical(key) : ownText;
    }

    public Key key() {
        return key;
    }

    public boolean isCanonical() {
        return ownText == null;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof ContentId c && key.equals(c.key) && Objects.equals(ownText, c.ownText);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
