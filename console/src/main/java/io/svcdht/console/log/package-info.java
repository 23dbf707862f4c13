@NullMarked
package io.svcdht.console.log;

import org.jspecify.annotations.NullMarked;
