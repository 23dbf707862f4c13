@NullMarked
package io.svcdht.node.trust;

import org.jspecify.annotations.NullMarked;
