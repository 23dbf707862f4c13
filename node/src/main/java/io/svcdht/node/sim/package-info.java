@NullMarked
package io.svcdht.node.sim;

import org.jspecify.annotations.NullMarked;
