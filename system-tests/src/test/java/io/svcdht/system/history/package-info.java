/** What was asked and answered, and what of that cannot be right. */
@NullMarked
package io.svcdht.system.history;

import org.jspecify.annotations.NullMarked;
