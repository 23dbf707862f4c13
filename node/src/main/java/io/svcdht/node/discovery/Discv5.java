package io.svcdht.node.discovery;

import io.svcdht.node.Discovery.Refusal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What the discovery module brings, found by {@link java.util.ServiceLoader} in a layer of its own: its library wants other
 * versions of what this program is made of. Nothing but these types and those of the JDK passes between the two.
 */
public interface Discv5 {
    /** The module's name: of the directory with its jars, too. */
    String MODULE = "discovery";

    /**
     * How to take part.
     *
     * @param secret the secp256k1 key of our record, 32 bytes
     * @param sequence of our record; higher than that of any before
     * @param entries of our record, besides keys and addresses
     * @param reached where others reach our streams; its address is told for datagrams too. Port 0 = nowhere
     * @param bind where to listen for datagrams
     * @param boot records to begin with
     * @param admits addresses that datagrams may go to and come from
     */
    record Wanted(
            Octets secret,
            long sequence,
            Map<String, Octets> entries,
            InetSocketAddress reached,
            InetSocketAddress bind,
            List<String> boot,
            Predicate<InetSocketAddress> admits) {}

    /** Told of what comes, on the module's threads. */
    interface Ear {
        /** Records of nodes that are there, each rightly signed; the same ones come again and again. */
        void heard(List<FoundRecord> records);

        /** A record was not even looked at. */
        void refused(Refusal why);

        /** Our own record is another from now on. */
        void published(String record);
    }

    /** One that runs. */
    interface Running {
        /** Our own record, as text. */
        String record();

        InetSocketAddress listens();

        /** Nodes of all networks that answer. */
        int live();

        /** Ends all of it; blocks for a moment. */
        void close();
    }

    /**
     * Listens and begins to look, on threads of its own.
     *
     * @throws IOException if it cannot listen there
     * @throws IllegalArgumentException with a sentence, if a boot record will not do
     */
    Running start(Wanted wanted, Ear ear) throws IOException;
}
