@NullMarked
package io.svcdht.node.wire;

import org.jspecify.annotations.NullMarked;
