/** How lookups went, leg by leg: kept beside the journal, within a budget of its own. */
@NullMarked
package io.svcdht.storage.trace;

import org.jspecify.annotations.NullMarked;
