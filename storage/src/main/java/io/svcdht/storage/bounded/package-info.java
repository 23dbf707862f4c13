/** What remembers only so much. */
@NullMarked
package io.svcdht.storage.bounded;

import org.jspecify.annotations.NullMarked;
