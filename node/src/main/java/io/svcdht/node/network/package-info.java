/** This node among others: the pure machines of peering, driven by a transport and told to the engine. */
@NullMarked
package io.svcdht.node.network;

import org.jspecify.annotations.NullMarked;
