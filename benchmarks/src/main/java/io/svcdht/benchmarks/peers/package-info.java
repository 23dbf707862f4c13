/** Load on a node's peer protocol. */
@NullMarked
package io.svcdht.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
