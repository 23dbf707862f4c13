@NullMarked
package io.svcdht.node.lookup;

import org.jspecify.annotations.NullMarked;
