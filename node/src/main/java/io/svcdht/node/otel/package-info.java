/** Traces for a collector, by OpenTelemetry. Only the wiring knows of it. */
@NullMarked
package io.svcdht.node.otel;

import org.jspecify.annotations.NullMarked;
