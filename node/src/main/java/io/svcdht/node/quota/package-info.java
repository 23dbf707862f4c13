/** Who may have how much of what a second. */
@NullMarked
package io.svcdht.node.quota;

import org.jspecify.annotations.NullMarked;
