package io.svcdht.node.config;

import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.storage.model.ProviderRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a node meets others (contracts §4).
 *
 * @param bind where it listens for peers, empty = nowhere: a client, which asks and is not asked
 * @param advertise addresses it tells others, empty = where it listens
 * @param seeds nodes to begin with
 * @param networkId nodes of other networks are refused
 * @param strictReady whether a start that meets nobody ends the process
 * @param signing how records are signed
 * @param legsMax requests of lookups under way at once; more wait
 * @param hiding what stands between this node and others
 */
public record NetworkConfig(
        Optional<HostPort> bind,
        List<HostPort> advertise,
        List<HostPort> seeds,
        String networkId,
        boolean strictReady,
        Reach addressPolicy,
        Search search,
        Connections connections,
        Care care,
        Signing signing,
        int legsMax,
        Hiding hiding) {
    public NetworkConfig {
        advertise = List.copyOf(advertise);
        seeds = List.copyOf(seeds);
    }

    /** Which addresses of peers may be dialled. */
    public enum Reach {
        /** As far as the widest of our own addresses. */
        AUTO,
        PUBLIC,
        PRIVATE,
        LOOPBACK
    }

    /**
     * How hard a lookup tries; times in milliseconds.
     *
     * @param replicas how many of the closest nodes hold a record
     * @param hedgeMillis when a slow leg gives its slot away, empty = by what was measured
     * @param hedgeStaggerMillis never before
     */
    public record Search(
            int alpha,
            int beta,
            int k,
            int replicas,
            int hopBudget,
            int paths,
            int lookupMillis,
            int absenceMillis,
            int provideMillis,
            OptionalInt hedgeMillis,
            int hedgeStaggerMillis,
            int rpcTimeoutMillis,
            int legBudgetMillisMin) {}

    /**
     * What peers may cost.
     *
     * @param max connections open at once, both directions
     * @param inflight requests of peers answered at once
     * @param rpsPeer requests a second of one peer
     * @param rpsIp of one /32 or /56
     * @param rpsGlobal of all
     * @param journalBytesPerSecond how much of what peers send may be journaled
     * @param bytesPeer bytes a second of one peer's requests
     * @param bytesIp of one /32 or /56
     * @param bytesGlobal of all
     * @param limitLoopback whether callers on this machine are held to what one address may have
     * @param datagrams whether strangers are asked in datagrams
     */
    public record Connections(
            int dialMillis,
            int idleMillis,
            int max,
            int inflight,
            int rpsPeer,
            int rpsIp,
            int rpsGlobal,
            long journalBytesPerSecond,
            long bytesPeer,
            long bytesIp,
            long bytesGlobal,
            boolean limitLoopback,
            boolean datagrams) {
        /** With as many bytes as nobody asked for, and with datagrams. */
        public Connections(
                int dialMillis,
                int idleMillis,
                int max,
                int inflight,
                int rpsPeer,
                int rpsIp,
                int rpsGlobal,
                long journalBytesPerSecond) {
            this(
                    dialMillis,
                    idleMillis,
                    max,
                    inflight,
                    rpsPeer,
                    rpsIp,
                    rpsGlobal,
                    journalBytesPerSecond,
                    4 << 20,
                    8 << 20,
                    64 << 20,
                    false,
                    true);
        }
    }

    /**
     * What is done again and again; in seconds.
     *
     * @param republish holders of our own records are renewed this often, empty = after half the time to live
     * @param repair holders check each other this often
     * @param refresh each bucket is looked into this often
     * @param ping a silent contact is checked within this time
     * @param asnPercentMax largest share of one autonomous system in a bucket
     * @param asnEntropyMin least bits of entropy of a bucket's autonomous systems
     * @param asnFile which address belongs to which, empty = nobody knows
     */
    public record Care(
            OptionalInt republish,
            int repair,
            int refresh,
            int ping,
            int asnPercentMax,
            double asnEntropyMin,
            Optional<Path> asnFile) {
        /** Without a file of autonomous systems. */
        public Care(OptionalInt republish, int repair, int refresh, int ping, int asnPercentMax) {
            this(republish, repair, refresh, ping, asnPercentMax, 1.5, Optional.empty());
        }

        /** How often a record of this life time is renewed, milliseconds. */
        public long republishMillis(int ttlSeconds) {
            return republish.isPresent()
                    ? republish.getAsInt() * 1_000L
                    : ProviderRecord.renewedEveryMillis(ttlSeconds);
        }
    }

    /** How something may be signed. */
    public enum Algorithm {
        ED25519,
        ML_DSA_87
    }

    /**
     * How records are signed, and what is believed of others.
     *
     * @param dual whether ours are signed with ML-DSA-87 too
     * @param requireOnMillis from when on nothing is believed that is signed classically alone, milliseconds since the
     *     epoch; empty = never
     * @param algorithms what this node signs with and checks; Ed25519 is always among them
     */
    public record Signing(boolean dual, OptionalLong requireOnMillis, List<Algorithm> algorithms) {
        public static final Signing DEFAULT =
                new Signing(true, OptionalLong.empty(), List.of(Algorithm.ED25519, Algorithm.ML_DSA_87));

        public Signing {
            algorithms = List.copyOf(algorithms);
        }
    }

    /**
     * What stands between this node and others.
     *
     * @param proxy SOCKS5, which every connection to a peer goes through; empty = none
     * @param torControl the control port of the daemon that carries an onion service for this node
     * @param torPasswordFile what the control port asks for; empty = its cookie
     */
    public record Hiding(Optional<HostPort> proxy, Optional<HostPort> torControl, Optional<Path> torPasswordFile) {
        public static final Hiding OFF = new Hiding(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The defaults, on loopback at a free port: for nodes that share a machine. */
    public static NetworkConfig onLoopback() {
        return new NetworkConfig(
                Optional.of(new HostPort("127.0.0.1", 0)),
                List.of(),
                List.of(),
                "svc-dht",
                false,
                Reach.AUTO,
                new Search(3, 1, 20, 20, 6, 1, 300, 2_000, 10_000, OptionalInt.empty(), 25, 1_500, 50),
                new Connections(1_500, 5_000, 256, 512, 100, 200, 6_000, 1 << 20),
                new Care(OptionalInt.empty(), 300, 3_600, 60, 40),
                Signing.DEFAULT,
                64,
                Hiding.OFF);
    }

    /** The same node among others. */
    public NetworkConfig withSeeds(List<HostPort> newSeeds) {
        return with(newSeeds, search, connections, care, signing, legsMax, hiding);
    }

    /** The same with another number of holders. */
    public NetworkConfig withReplicas(int replicas) {
        Search s = search;
        return withSearch(new Search(
                s.alpha,
                s.beta,
                s.k,
                replicas,
                s.hopBudget,
                s.paths,
                s.lookupMillis,
                s.absenceMillis,
                s.provideMillis,
                s.hedgeMillis,
                s.hedgeStaggerMillis,
                s.rpcTimeoutMillis,
                s.legBudgetMillisMin));
    }

    /** The same with other lookups. */
    public NetworkConfig withSearch(Search newSearch) {
        return with(seeds, newSearch, connections, care, signing, legsMax, hiding);
    }

    /** The same with other limits. */
    public NetworkConfig withConnections(Connections newConnections) {
        return with(seeds, search, newConnections, care, signing, legsMax, hiding);
    }

    /** The same with other intervals. */
    public NetworkConfig withCare(Care newCare) {
        return with(seeds, search, connections, newCare, signing, legsMax, hiding);
    }

    /** The same with other signatures. */
    public NetworkConfig withSigning(Signing newSigning) {
        return with(seeds, search, connections, care, newSigning, legsMax, hiding);
    }

    /** The same with another number of legs at once. */
    public NetworkConfig withLegsMax(int newLegsMax) {
        return with(seeds, search, connections, care, signing, newLegsMax, hiding);
    }

    /** The same behind something else. */
    public NetworkConfig withHiding(Hiding newHiding) {
        return with(seeds, search, connections, care, signing, legsMax, newHiding);
    }

    private NetworkConfig with(
            List<HostPort> newSeeds,
            Search newSearch,
            Connections newConnections,
            Care newCare,
            Signing newSigning,
            int newLegsMax,
            Hiding newHiding) {
        return new NetworkConfig(
                bind,
                advertise,
                newSeeds,
                networkId,
                strictReady,
                addressPolicy,
                newSearch,
                newConnections,
                newCare,
                newSigning,
                newLegsMax,
                newHiding);
    }
}
