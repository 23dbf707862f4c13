/** Measures what the targets speak of. See the README beside this module for what each preset costs. */
@NullMarked
package io.svcdht.benchmarks;

import org.jspecify.annotations.NullMarked;
