@NullMarked
package io.svcdht.node.error;

import org.jspecify.annotations.NullMarked;
