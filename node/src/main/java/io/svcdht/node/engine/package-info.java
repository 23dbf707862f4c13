@NullMarked
package io.svcdht.node.engine;

import org.jspecify.annotations.NullMarked;
