@NullMarked
package io.svcdht.storage.journal;

import org.jspecify.annotations.NullMarked;
