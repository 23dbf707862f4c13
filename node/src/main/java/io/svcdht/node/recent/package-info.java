/** How a node did in the last hour: samples in memory, for pages and nothing else. */
@NullMarked
package io.svcdht.node.recent;

import org.jspecify.annotations.NullMarked;
