/** What a module that takes the journal to other machines is given, and how it is found. */
@NullMarked
package io.svcdht.node.shipping;

import org.jspecify.annotations.NullMarked;
