@NullMarked
package io.svcdht.node.config;

import org.jspecify.annotations.NullMarked;
