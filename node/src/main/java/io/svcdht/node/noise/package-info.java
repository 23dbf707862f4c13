/** The Noise protocol framework's handshake IK, by its specification; nothing in here knows of nodes or networks. */
@NullMarked
package io.svcdht.node.noise;

import org.jspecify.annotations.NullMarked;
