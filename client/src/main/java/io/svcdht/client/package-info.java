/** A client of a node's HTTP API: asynchronous, with deadlines, retries, batches and streams. Begin at DhtClient. */
@NullMarked
package io.svcdht.client;

import org.jspecify.annotations.NullMarked;
