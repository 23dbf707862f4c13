@NullMarked
package io.svcdht.node.peering;

import org.jspecify.annotations.NullMarked;
