/** Holds the process to what amnesia promises: nothing of it reaches a disk. */
@NullMarked
package io.svcdht.node.amnesia;

import org.jspecify.annotations.NullMarked;
