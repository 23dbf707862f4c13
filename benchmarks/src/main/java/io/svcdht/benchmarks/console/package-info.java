@NullMarked
package io.svcdht.benchmarks.console;

import org.jspecify.annotations.NullMarked;
