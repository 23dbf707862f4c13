/** How IPFS names peers and where they listen: values, without I/O. */
@NullMarked
package io.svcdht.node.multiaddr;

import org.jspecify.annotations.NullMarked;
