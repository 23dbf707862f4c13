@NullMarked
package io.svcdht.console.fleet;

import org.jspecify.annotations.NullMarked;
