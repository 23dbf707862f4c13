@NullMarked
package io.svcdht.storage.checkpoint;

import org.jspecify.annotations.NullMarked;
