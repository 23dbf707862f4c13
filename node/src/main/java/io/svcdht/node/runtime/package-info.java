@NullMarked
package io.svcdht.node.runtime;

import org.jspecify.annotations.NullMarked;
