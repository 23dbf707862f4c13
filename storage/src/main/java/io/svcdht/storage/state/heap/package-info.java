@NullMarked
package io.svcdht.storage.state.heap;

import org.jspecify.annotations.NullMarked;
