/** Talks to other nodes: the port, and streams of TLS behind it. Knows neither the routing table nor the engine. */
@NullMarked
package io.svcdht.node.net;

import org.jspecify.annotations.NullMarked;
