/** More than a node takes. */
@NullMarked
package io.svcdht.benchmarks.storm;

import org.jspecify.annotations.NullMarked;
