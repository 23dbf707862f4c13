@NullMarked
package io.svcdht.node.http;

import org.jspecify.annotations.NullMarked;
