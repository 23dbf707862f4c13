@NullMarked
package io.svcdht.console.web;

import org.jspecify.annotations.NullMarked;
