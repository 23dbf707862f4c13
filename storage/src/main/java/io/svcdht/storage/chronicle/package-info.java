@NullMarked
package io.svcdht.storage.chronicle;

import org.jspecify.annotations.NullMarked;
