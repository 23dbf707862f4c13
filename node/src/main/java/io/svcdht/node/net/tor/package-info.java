/** The control port of a Tor daemon, as far as an onion service takes it. */
@org.jspecify.annotations.NullMarked
package io.svcdht.node.net.tor;
