package io.svcdht.kafka;

import io.svcdht.node.Shipping.Trouble;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;

/**
 * What an exception of Kafka's client means to whoever has to mend it. It ends up in logs and on pages, so it holds no
 * secret: Kafka hides those of its settings, but for a word of a login that it cannot read.
 *
 * @param sentence what is wrong and where to look
 */
record Diagnosis(Trouble trouble, String sentence) {
    private static final String JAAS = "JAAS config";
    /** What wraps whatever keeps a client from being made. */
    private static final String NOT_MADE = "Failed to construct";

    static Diagnosis of(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            switch (t) {
                case Refused r -> {
                    return new Diagnosis(r.trouble(), said(r));
                }
                case SslAuthenticationException tls -> {
                    return new Diagnosis(
                            Trouble.TLS,
                            "no TLS connection to the brokers, look at ssl.truststore, ssl.keystore and"
                                    + " security.protocol in kafka_properties: " + root(tls));
                }
                case AuthenticationException a -> {
                    return new Diagnosis(
                            Trouble.AUTHENTICATION,
                            "the brokers do not take this node's credentials, look at sasl.mechanism and"
                                    + " sasl.jaas.config in kafka_properties: " + said(a));
                }
                case AuthorizationException a -> {
                    return new Diagnosis(
                            Trouble.AUTHORIZATION,
                            "this node's principal may not do what it must, look at the brokers' ACLs: " + said(a));
                }
                case ConfigException c -> {
                    return settings(c);
                }
                case KafkaException k
                when String.valueOf(k.getMessage()).startsWith(NOT_MADE) -> {
                    return settings(k);
                }
                default -> {}
            }
        }
        return new Diagnosis(e instanceof RetriableException ? Trouble.AWAY : Trouble.OTHER, said(e));
    }

    /** Of a client that could not even be made. */
    static Diagnosis settings(Throwable e) {
        String root = root(e);
        return new Diagnosis(
                Trouble.SETTINGS,
                root.contains(JAAS)
                        ? "sasl.jaas.config in kafka_properties cannot be read: it is a login module, required, then"
                                + " key=\"value\" for each of its options, and a semicolon"
                        : "Kafka's client cannot be made, look at kafka_servers and kafka_properties: " + root);
    }

    /** Whether it will stay until somebody does something. */
    boolean isForSomebody() {
        return switch (trouble) {
            case AWAY, OTHER -> false;
            case TLS, AUTHENTICATION, AUTHORIZATION, SETTINGS, TOPIC, TOO_LARGE, HISTORY -> true;
        };
    }

    private static String root(Throwable e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return said(deepest);
    }

    private static String said(Throwable e) {
        Throwable told = e.getMessage() == null && e.getCause() != null ? e.getCause() : e;
        return told.getMessage() == null ? told.toString() : told.getMessage();
    }
}
