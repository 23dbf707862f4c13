@NullMarked
package io.svcdht.console.view;

import org.jspecify.annotations.NullMarked;
