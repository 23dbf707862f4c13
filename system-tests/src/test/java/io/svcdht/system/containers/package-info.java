/** The image as operators run it, under fault: only for {@code scripts/containers}, as it needs an engine. */
@NullMarked
package io.svcdht.system.containers;

import org.jspecify.annotations.NullMarked;
