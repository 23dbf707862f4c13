package io.svcdht.kafka;

import io.svcdht.node.Shipping;
import io.svcdht.node.config.KafkaConfig;
import io.svcdht.node.shipping.Cargo;
import io.svcdht.node.shipping.JournalShipping;

/** Ships to Apache Kafka. */
public final class KafkaShipping implements JournalShipping {
    @Override
    public Shipping start(Cargo cargo, KafkaConfig to) {
        Shipper shipper = new Shipper(cargo, to, Shipper.Pace.STANDARD);
        shipper.start();
        return shipper;
    }
}
