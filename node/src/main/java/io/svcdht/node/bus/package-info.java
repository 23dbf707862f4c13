/** The event bus beyond the process: a bridge over TCP, and what a clustered bus needs to begin. */
@org.jspecify.annotations.NullMarked
package io.svcdht.node.bus;
