package io.svcdht.node;

import java.util.Map;

/** What becomes of the journal that is shipped to other machines. Callable from any thread; nothing here blocks or fails. */
public interface Shipping {
    /** How it goes. */
    enum Phase {
        /** Nobody asked for it. */
        OFF,
        /** Looking for where to go on. */
        CONNECTING,
        SHIPPING,
        /** The other side does not answer; it is tried again and again. */
        AWAY,
        /** The other side answers, but somebody has to mend something; it is looked at again and again. */
        REFUSED
    }

    /** What kept it from going on. A closed set: metrics are told by it. */
    enum Trouble {
        /** Nobody answers, or not in time. */
        AWAY,
        /** The other side's certificate is not trusted, or ours is not there. */
        TLS,
        /** The other side does not believe who we are. */
        AUTHENTICATION,
        /** It does, and this node may not do what it must. */
        AUTHORIZATION,
        /** The settings of the connection cannot be right. */
        SETTINGS,
        /** A topic is missing, or not as it should be. */
        TOPIC,
        /** An event is larger than the other side takes. */
        TOO_LARGE,
        /** Another history of this node is there. */
        HISTORY,
        OTHER
    }

    /**
     * At one moment.
     *
     * @param why a sentence where it does not go on, else empty
     * @param sinceMillis when this phase began, by the node's clock
     * @param shippedPosition up to here everything was acknowledged, 0 = nothing yet, or not known
     * @param lagEvents events in the journal behind that
     * @param events acknowledged since the start, those sent twice among them
     * @param traces acknowledged since the start
     * @param cards acknowledged since the start
     * @param lost events that the journal gave up before they were shipped
     * @param leaders times that another broker took the lead of the journal's partition
     * @param failures times since the start that it could not go on, by what kept it; what never did is left out
     */
    record Status(
            Phase phase,
            String why,
            long sinceMillis,
            long shippedPosition,
            long lagEvents,
            long events,
            long traces,
            long cards,
            long lost,
            long leaders,
            Map<Trouble, Long> failures) {
        public Status {
            failures = Map.copyOf(failures);
        }

        /** How often that kept it from going on since the start. */
        public long failures(Trouble by) {
            return failures.getOrDefault(by, 0L);
        }

        /** Whether it should go on and does not. */
        public boolean isDown() {
            return phase == Phase.AWAY || phase == Phase.REFUSED;
        }
    }

    Status status();

    /** Ships no more; what was not acknowledged goes out after the next start. May take some seconds. */
    void close();

    /** Ships nothing. */
    Shipping OFF = new Shipping() {
        private static final Status NOTHING = new Status(Phase.OFF, "", 0, 0, 0, 0, 0, 0, 0, 0, Map.of());

        @Override
        public Status status() {
            return NOTHING;
        }

        @Override
        public void close() {}
    };
}
