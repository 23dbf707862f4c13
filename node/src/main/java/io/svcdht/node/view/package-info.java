@NullMarked
package io.svcdht.node.view;

import org.jspecify.annotations.NullMarked;
