/** Bad networks on one machine: relays between nodes that delay, lose and cut what passes. */
@NullMarked
package io.svcdht.console.faults;

import org.jspecify.annotations.NullMarked;
