/** What the console of a fleet costs over many nodes. */
@NullMarked
package io.svcdht.benchmarks.fleet;

import org.jspecify.annotations.NullMarked;
