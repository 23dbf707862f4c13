@NullMarked
package io.svcdht.storage.state;

import org.jspecify.annotations.NullMarked;
