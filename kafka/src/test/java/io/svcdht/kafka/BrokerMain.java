package io.svcdht.kafka;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process of a broker: makes its directory ready where it is new, then is the broker. */
final class BrokerMain {
    private static final String SCRAM =
            "%s=[name=%s,password=%s]".formatted(BrokerProcess.MECHANISM, BrokerProcess.USER, BrokerProcess.PASSWORD);

    private BrokerMain() {}

    /** @param args the broker's properties, and its log directory */
    public static void main(String[] args) {
        if (!Files.exists(Path.of(args[1], "meta.properties"))) {
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
            String[] format = {"format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", args[0], "--add-scram", SCRAM};
            int code = kafka.tools.StorageTool.execute(format, nowhere);
            if (code != 0) {
                System.exit(code);
            }
        }
        kafka.Kafka.main(new String[] {args[0]});
    }
}
