@NullMarked
package io.svcdht.storage.testing;

import org.jspecify.annotations.NullMarked;
