package io.svcdht.node.trust;

import io.svcdht.node.wire.SignedRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that was checked, with only the signatures that were.
 *
 * @param root what its post-quantum signature rests on, null = it has none, or one of its own
 */
public record Vouched(SignedRecord record, @Nullable RootProof root) {}
