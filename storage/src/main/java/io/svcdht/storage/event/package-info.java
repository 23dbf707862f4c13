@NullMarked
package io.svcdht.storage.event;

import org.jspecify.annotations.NullMarked;
