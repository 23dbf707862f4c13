/** Modules that the program does not carry, found where the operator has put their jars. */
@NullMarked
package io.svcdht.node.extra;

import org.jspecify.annotations.NullMarked;
