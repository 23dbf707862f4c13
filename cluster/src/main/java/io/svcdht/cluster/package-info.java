/** An event bus that several processes share. Only the program's wiring knows of it, by its service. */
@NullMarked
package io.svcdht.cluster;

import org.jspecify.annotations.NullMarked;
