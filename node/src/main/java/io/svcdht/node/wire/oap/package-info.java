/** OAP/1 frames and the messages in them, as bytes. Knows no sockets: whoever has bytes hands them in. */
@NullMarked
package io.svcdht.node.wire.oap;

import org.jspecify.annotations.NullMarked;
