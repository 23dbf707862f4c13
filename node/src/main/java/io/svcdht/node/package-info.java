@NullMarked
package io.svcdht.node;

import org.jspecify.annotations.NullMarked;
