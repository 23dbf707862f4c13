@NullMarked
package io.svcdht.node.kad;

import org.jspecify.annotations.NullMarked;
