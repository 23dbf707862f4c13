@NullMarked
package io.svcdht.console.cli;

import org.jspecify.annotations.NullMarked;
