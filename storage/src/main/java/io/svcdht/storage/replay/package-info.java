@NullMarked
package io.svcdht.storage.replay;

import org.jspecify.annotations.NullMarked;
