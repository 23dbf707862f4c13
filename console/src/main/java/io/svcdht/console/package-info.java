@NullMarked
package io.svcdht.console;

import org.jspecify.annotations.NullMarked;
