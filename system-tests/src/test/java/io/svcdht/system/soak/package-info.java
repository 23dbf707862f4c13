/** Whether a node that runs for long stays as it is. */
@NullMarked
package io.svcdht.system.soak;

import org.jspecify.annotations.NullMarked;
