/** The files operators deploy with, held to what the program knows. */
@NullMarked
package io.svcdht.system.deploy;

import org.jspecify.annotations.NullMarked;
