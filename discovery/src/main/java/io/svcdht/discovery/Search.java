package io.svcdht.discovery;

import io.svcdht.node.discovery.Discv5;
import io.svcdht.node.discovery.FoundRecord;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes32;
import org.ethereum.beacon.discovery.AddressAccessPolicy;
import org.ethereum.beacon.discovery.DiscoverySystem;
import org.ethereum.beacon.discovery.DiscoverySystemBuilder;
import org.ethereum.beacon.discovery.crypto.DefaultSigner;
import org.ethereum.beacon.discovery.crypto.Signer;
import org.ethereum.beacon.discovery.schema.NodeRecord;
import org.ethereum.beacon.discovery.util.Functions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node of discv5 that looks around: often at first, then now and again. */
final class Search implements Discv5.Running {
    private static final Logger LOG = LoggerFactory.getLogger(Search.class);

    private static final int START_SECONDS = 10;
    private static final int LOOK_SECONDS = 2;
    /** In looks: for so long every second one searches, later each of these many. */
    private static final int EAGER_LOOKS = 60;

    private static final int SEARCH_EACH_LOOKS = 15;

    private final DiscoverySystem system;
    private final Records records;
    private final Discv5.Ear ear;
    private final InetSocketAddress bind;
    private final ScheduledExecutorService looker;
    private int looks;

    private Search(DiscoverySystem system, Records records, Discv5.Ear ear, InetSocketAddress bind) {
        this.system = system;
        this.records = records;
        this.ear = ear;
        this.bind = bind;
        this.looker = Executors.newSingleThreadScheduledExecutor(
                work -> Thread.ofPlatform().daemon().name("discv5-look").unstarted(work));
    }

    /** As {@link Discv5#start}. */
    static Search start(Discv5.Wanted wanted, Discv5.Ear ear) throws IOException {
        Records records = new Records(ear::refused);
        AddressAccessPolicy within = records.within(wanted);
        // Functions registers the provider that the library's keys come from.
        Signer signer = new DefaultSigner(
                Functions.createSecretKey(Bytes32.wrap(wanted.secret().bytes())));
        List<NodeRecord> boot =
                wanted.boot().stream().map(enr -> records.boot(enr, within)).toList();
        DiscoverySystem system = new DiscoverySystemBuilder()
                .listen(wanted.bind())
                .signer(signer)
                .nodeRecordFactory(records.factory())
                .localNodeRecord(records.own(wanted, signer))
                // What strangers say of our address changes nothing: it is a setting.
                .newAddressHandler((record, address) -> Optional.empty())
                .bootnodes(boot)
                .addressAccessPolicy(within)
                .build();
        try {
            system.start().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            system.stop();
            throw e.getCause() instanceof IOException io ? io : new IOException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            system.stop();
            throw new IOException("no answer from the system within %d s".formatted(START_SECONDS), e);
        } catch (InterruptedException e) {
            system.stop();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        Search search = new Search(system, records, ear, wanted.bind());
        ear.published(search.record());
        var _ = search.looker.scheduleWithFixedDelay(search::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
        return search;
    }

    private void look() {
        try {
            tell(system.streamLiveNodes());
            int each = looks < EAGER_LOOKS ? 2 : SEARCH_EACH_LOOKS;
            if (looks++ % each == 0) {
                var _ = system.searchForNewPeers().whenComplete(this::searched);
            }
        } catch (RuntimeException e) {
            LOG.warn("discv5 did not look around: {}", String.valueOf(e));
        }
    }

    private void searched(Collection<NodeRecord> found, Throwable why) {
        if (found != null) {
            tell(found.stream());
        } else {
            LOG.debug("A search of discv5 came to nothing", why);
        }
    }

    private void tell(Stream<NodeRecord> seen) {
        List<FoundRecord> read =
                seen.map(records::read).flatMap(Optional::stream).toList();
        if (!read.isEmpty()) {
            ear.heard(read);
        }
    }

    @Override
    public String record() {
        return system.getLocalNodeRecord().asEnr();
    }

    @Override
    public InetSocketAddress listens() {
        NodeRecord own = system.getLocalNodeRecord();
        int port = own.getUdpAddress()
                .or(own::getUdp6Address)
                .map(InetSocketAddress::getPort)
                .orElse(bind.getPort());
        return new InetSocketAddress(bind.getAddress(), port);
    }

    @Override
    public int live() {
        return system.getBucketStats().getTotalLiveNodeCount();
    }

    @Override
    public void close() {
        looker.shutdownNow();
        system.stop();
    }
}
