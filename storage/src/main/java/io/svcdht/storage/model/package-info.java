@NullMarked
package io.svcdht.storage.model;

import org.jspecify.annotations.NullMarked;
