@NullMarked
package io.svcdht.node.metrics;

import org.jspecify.annotations.NullMarked;
