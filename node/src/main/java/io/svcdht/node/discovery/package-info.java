/** What a protocol that finds nodes is asked and tells; the library for it is in a module of its own. */
@NullMarked
package io.svcdht.node.discovery;

import org.jspecify.annotations.NullMarked;
