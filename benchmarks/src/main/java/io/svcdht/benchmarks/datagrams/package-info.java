/** What datagrams cost, and what they stand. */
@NullMarked
package io.svcdht.benchmarks.datagrams;

import org.jspecify.annotations.NullMarked;
