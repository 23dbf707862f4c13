/** The journal on Apache Kafka. Only the program's wiring knows of it, by its services. */
@NullMarked
package io.svcdht.kafka;

import org.jspecify.annotations.NullMarked;
