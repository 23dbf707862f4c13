/** Discv5 with the library of Consensys. Runs in a layer of its own; see {@link io.svcdht.node.discovery.Discv5}. */
@NullMarked
package io.svcdht.discovery;

import org.jspecify.annotations.NullMarked;
