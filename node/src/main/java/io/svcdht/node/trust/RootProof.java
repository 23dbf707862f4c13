package io.svcdht.node.trust;

import io.svcdht.storage.model.MlDsa87Key;
import io.svcdht.storage.model.SignedRoot;

/**
 * The root of a batch whose signatures were checked, and the key that one of them is of.
 *
 * @param root with its signatures alone, as the journal keeps it
 */
public record RootProof(SignedRoot root, MlDsa87Key key) {}
