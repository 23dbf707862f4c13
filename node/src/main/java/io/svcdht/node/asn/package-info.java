/** Whose network an address belongs to, as the operator's file says. */
@NullMarked
package io.svcdht.node.asn;

import org.jspecify.annotations.NullMarked;
