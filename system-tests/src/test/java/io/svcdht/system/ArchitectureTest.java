package io.svcdht.system;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.svcdht.node.engine.Engine;
import io.svcdht.node.trust.Passphrase;
import io.svcdht.storage.event.ByteSink;
import io.svcdht.storage.event.ByteSource;
import io.svcdht.storage.journal.Journal;
import io.svcdht.storage.model.Blake3;
import io.svcdht.storage.state.Fold;
import io.svcdht.storage.state.RecordStore;
import io.svcdht.storage.state.State;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/** What each room may know. One rule per row of the table in ARCHITECTURE, and what holds between rooms. */
@AnalyzeClasses(packages = "io.svcdht", importOptions = ArchitectureTest.MainClasses.class)
final class ArchitectureTest {
    /** What is shipped: neither tests nor fixtures, wherever the build puts them. */
    static final class MainClasses implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    private static final String STORAGE = "io.svcdht.storage..";
    private static final String BOUNDED = "io.svcdht.storage.bounded..";
    private static final String MODEL = "io.svcdht.storage.model..";
    private static final String EVENT = "io.svcdht.storage.event..";
    private static final String STATE = "io.svcdht.storage.state..";
    private static final String JOURNAL = "io.svcdht.storage.journal..";
    private static final String CHRONICLE = "io.svcdht.storage.chronicle..";
    private static final String CHECKPOINT = "io.svcdht.storage.checkpoint..";
    private static final String REPLAY = "io.svcdht.storage.replay..";
    private static final String TRACE = "io.svcdht.storage.trace..";
    private static final String NODE = "io.svcdht.node..";
    private static final String ENGINE = "io.svcdht.node.engine..";
    private static final String WIRE = "io.svcdht.node.wire..";
    private static final String NET = "io.svcdht.node.net..";
    private static final String NETWORK = "io.svcdht.node.network..";
    private static final String BUS = "io.svcdht.node.bus..";
    private static final String OTEL = "io.svcdht.node.otel..";
    private static final String TRUST = "io.svcdht.node.trust..";
    private static final String CONSOLE = "io.svcdht.console..";
    private static final String CLIENT = "io.svcdht.client..";
    private static final String MULTIADDR = "io.svcdht.node.multiaddr..";
    private static final String KAD = "io.svcdht.node.kad..";
    private static final String LOOKUP = "io.svcdht.node.lookup..";
    private static final String PEERING = "io.svcdht.node.peering..";
    private static final String SIM = "io.svcdht.node.sim..";

    /** What a room that decides never touches: the outside, other threads, a log. */
    private static final String[] OUTSIDE = {
        "java.io..", "java.net..", "java.nio.file..", "java.nio.channels..", "java.util.concurrent..",
                "java.util.logging..",
        "java.util.random..", "org.slf4j..", "ch.qos.logback..", "io.vertx..", "io.netty..", "io.micrometer..",
        "net.openhft.."
    };

    /** Clocks, dice and threads of java.lang and java.util, which packages cannot tell apart. */
    private static final DescribedPredicate<JavaAccess<?>> CLOCK_DICE_OR_THREAD =
            describe("a clock, dice or a thread", access -> {
                String owner = access.getTargetOwner().getName();
                String name = access.getTarget().getName();
                if (owner.equals("java.lang.Thread") && name.equals("yield")) {
                    // Decides nothing: a reader lets the writer finish what it is in the middle of.
                    return false;
                }
                return Set.of("java.lang.Thread", "java.util.Random", "java.util.Timer", "java.lang.Runtime")
                                .contains(owner)
                        || owner.equals("java.lang.System")
                                && Set.of("currentTimeMillis", "nanoTime", "getenv", "out", "err", "in")
                                        .contains(name)
                        || owner.equals("java.util.UUID") && name.equals("randomUUID")
                        || owner.equals("java.lang.Math") && name.equals("random")
                        || owner.startsWith("java.time.") && name.equals("now")
                        || owner.equals("java.time.Clock");
            });

    // --- rooms in a line ---------------------------------------------------------------------------------------------

    @ArchTest
    static final ArchRule storage_knows_nothing_of_networks = noClasses()
            .that()
            .resideInAPackage(STORAGE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(NODE, CONSOLE, "io.vertx..", "io.netty..", "java.net.."));

    @ArchTest
    static final ArchRule node_runs_without_pages = noClasses()
            .that()
            .resideInAPackage(NODE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(CONSOLE, "org.thymeleaf..", "picocli.."));

    @ArchTest
    static final ArchRule console_does_not_know_how_storage_is_kept =
            noClasses().that().resideInAPackage(CONSOLE).should().dependOnClassesThat(resideInAPackage(CHRONICLE));

    /** What a caller needs is in the API; the rooms do not know that there is a client. */
    @ArchTest
    static final ArchRule client_stands_alone = classes()
            .that()
            .resideInAPackage(CLIENT)
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage(CLIENT, "java..", "com.fasterxml.jackson..", "org.jspecify.annotations.."));

    @ArchTest
    static final ArchRule nobody_inside_uses_the_client = noClasses()
            .that()
            .resideInAnyPackage(STORAGE, NODE, CONSOLE)
            .should()
            .dependOnClassesThat(resideInAPackage(CLIENT));

    @ArchTest
    static final ArchRule multiaddr_is_values_of_the_model = noClasses()
            .that()
            .resideInAPackage(MULTIADDR)
            .should()
            .dependOnClassesThat(resideInAnyPackage(OUTSIDE)
                    .or(resideInAPackage("io.svcdht..").and(not(resideInAnyPackage(MODEL, MULTIADDR)))));

    @ArchTest
    static final ArchRule a_bad_network_is_made_of_sockets_alone = classes()
            .that()
            .resideInAPackage("io.svcdht.console.faults..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("io.svcdht.console.faults..", "java..", "org.jspecify.."));

    @ArchTest
    static final ArchRule packages_form_no_cycles =
            slices().matching("io.svcdht.(**)").should().beFreeOfCycles();

    // --- storage -----------------------------------------------------------------------------------------------------

    @ArchTest
    static final ArchRule model_knows_values_of_the_jdk_and_a_hash = classes()
            .that()
            .resideInAPackage(MODEL)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    MODEL,
                    "java.lang..",
                    "java.util",
                    "java.util.function..",
                    "java.util.stream..",
                    "java.nio",
                    "java.nio.charset..",
                    "java.math..",
                    "org.bouncycastle.crypto.digests..",
                    "org.jspecify.annotations.."));

    @ArchTest
    static final ArchRule bounded_knows_collections_alone = classes()
            .that()
            .resideInAPackage(BOUNDED)
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage(BOUNDED, "java.lang..", "java.util", "org.jspecify.annotations.."));

    @ArchTest
    static final ArchRule event_knows_the_model = classes()
            .that()
            .resideInAPackage(EVENT)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    MODEL,
                    EVENT,
                    "java.lang..",
                    "java.util",
                    "java.util.function..",
                    "java.util.stream..",
                    "java.nio",
                    "java.nio.charset..",
                    "org.jspecify.annotations.."));

    /** The sink is a growing array, the source a place in one, the hash a running one; none of them is data. */
    @ArchTest
    static final ArchRule models_and_events_do_not_change = fields().that()
            .areDeclaredInClassesThat(resideInAnyPackage(MODEL, EVENT)
                    .and(not(belongToAnyOf(ByteSink.class, ByteSource.class, Blake3.class))))
            .should()
            .beFinal();

    @ArchTest
    static final ArchRule state_knows_model_and_event = noClasses()
            .that()
            .resideInAPackage(STATE)
            .should()
            .dependOnClassesThat(resideInAPackage("io.svcdht..").and(not(resideInAnyPackage(MODEL, EVENT, STATE))));

    /** Readers look into the index and the counters while the writer goes on; that is all the concurrency there is. */
    @ArchTest
    static final ArchRule state_is_pure_but_for_its_stores = noClasses()
            .that()
            .resideInAPackage(STATE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(OUTSIDE)
                    .and(not(belongToAnyOf(
                            java.util.concurrent.ConcurrentHashMap.class,
                            java.util.concurrent.atomic.AtomicLong.class))));

    @ArchTest
    static final ArchRule only_stores_and_state_are_concurrent = noClasses()
            .that()
            .resideInAPackage(STATE)
            .and()
            .resideOutsideOfPackage("io.svcdht.storage.state.heap")
            .and()
            .areNotAssignableTo(State.class)
            .should()
            .dependOnClassesThat(resideInAPackage("java.util.concurrent.."));

    @ArchTest
    static final ArchRule replay_reads_through_the_port = noClasses()
            .that()
            .resideInAPackage(REPLAY)
            .should()
            .dependOnClassesThat(resideInAPackage("io.svcdht..")
                    .and(not(resideInAnyPackage(MODEL, EVENT, STATE, JOURNAL, CHECKPOINT, REPLAY))));

    @ArchTest
    static final ArchRule checkpoints_know_states_and_the_port = noClasses()
            .that()
            .resideInAPackage(CHECKPOINT)
            .should()
            .dependOnClassesThat(resideInAPackage("net.openhft..")
                    .or(resideInAPackage("io.svcdht..")
                            .and(not(resideInAnyPackage(MODEL, EVENT, STATE, JOURNAL, CHECKPOINT)))));

    @ArchTest
    static final ArchRule journal_is_a_port_over_model_and_event = noClasses()
            .that()
            .resideInAPackage(JOURNAL)
            .should()
            .dependOnClassesThat(resideInAPackage("net.openhft..")
                    .or(resideInAPackage("io.svcdht..").and(not(resideInAnyPackage(MODEL, EVENT, JOURNAL)))));

    @ArchTest
    static final ArchRule trace_is_a_port_over_model_and_event = noClasses()
            .that()
            .resideInAPackage(TRACE)
            .should()
            .dependOnClassesThat(resideInAnyPackage("net.openhft..", "java.io..", "java.nio.file..", "org.slf4j..")
                    .or(resideInAPackage("io.svcdht..").and(not(resideInAnyPackage(MODEL, EVENT, TRACE)))));

    @ArchTest
    static final ArchRule chronicle_knows_the_ports_it_implements = noClasses()
            .that()
            .resideInAPackage(CHRONICLE)
            .should()
            .dependOnClassesThat(resideInAPackage("io.svcdht..")
                    .and(not(resideInAnyPackage(MODEL, EVENT, STATE, JOURNAL, TRACE, CHRONICLE))));

    @ArchTest
    static final ArchRule only_chronicle_imports_chronicle = noClasses()
            .that()
            .resideOutsideOfPackages(CHRONICLE, "io.svcdht.benchmarks..")
            .should()
            .dependOnClassesThat(resideInAPackage("net.openhft.."));

    @ArchTest
    static final ArchRule only_the_wiring_names_the_adapter = noClasses()
            .that()
            .resideOutsideOfPackages(CHRONICLE, "io.svcdht.node.runtime..", "io.svcdht.benchmarks..")
            .should()
            .dependOnClassesThat(resideInAPackage(CHRONICLE));

    // --- node --------------------------------------------------------------------------------------------------------

    @ArchTest
    static final ArchRule engine_knows_state_journal_the_errors_and_the_rules_for_words_of_others = noClasses()
            .that()
            .resideInAPackage(ENGINE)
            .should()
            .dependOnClassesThat(resideInAPackage("io.svcdht..")
                    .and(not(resideInAnyPackage(
                            MODEL,
                            EVENT,
                            STATE,
                            JOURNAL,
                            ENGINE,
                            TRUST,
                            "io.svcdht.node.wire",
                            "io.svcdht.node.error.."))));

    @ArchTest
    static final ArchRule engine_does_not_touch_the_outside =
            noClasses().that().resideInAPackage(ENGINE).should().dependOnClassesThat(resideInAnyPackage(OUTSIDE));

    @ArchTest
    static final ArchRule who_decides_reads_no_clock = noClasses()
            .that()
            .resideInAnyPackage(ENGINE, STATE, MODEL, EVENT, TRACE, CHECKPOINT, REPLAY, KAD, LOOKUP, PEERING, SIM)
            .should()
            .accessTargetWhere(CLOCK_DICE_OR_THREAD);

    @ArchTest
    static final ArchRule kad_knows_the_model = noClasses()
            .that()
            .resideInAPackage(KAD)
            .should()
            .dependOnClassesThat(resideInAPackage("io.svcdht..").and(not(resideInAnyPackage(MODEL, EVENT, KAD))));

    @ArchTest
    static final ArchRule lookup_knows_kad = noClasses()
            .that()
            .resideInAPackage(LOOKUP)
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.svcdht..").and(not(resideInAnyPackage(MODEL, EVENT, KAD, LOOKUP))));

    @ArchTest
    static final ArchRule peering_knows_kad_and_lookup = noClasses()
            .that()
            .resideInAPackage(PEERING)
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.svcdht..").and(not(resideInAnyPackage(MODEL, EVENT, KAD, LOOKUP, PEERING))));

    @ArchTest
    static final ArchRule sim_runs_the_pure_rooms = noClasses()
            .that()
            .resideInAPackage(SIM)
            .should()
            .dependOnClassesThat(resideInAPackage("io.svcdht..")
                    .and(not(resideInAnyPackage(
                            MODEL, EVENT, STATE, JOURNAL, ENGINE, "io.svcdht.node.wire", KAD, LOOKUP, PEERING, SIM))));

    @ArchTest
    static final ArchRule routing_and_simulation_do_not_touch_the_outside = noClasses()
            .that()
            .resideInAnyPackage(KAD, LOOKUP, PEERING, SIM)
            .should()
            .dependOnClassesThat(resideInAnyPackage(OUTSIDE));

    /** A journal may pass on what it is handed, and an import fills a new one from an export. */
    @ArchTest
    static final ArchRule only_the_engine_appends = noClasses()
            .that()
            .areNotAssignableTo(Journal.class)
            .and()
            .areNotAssignableTo(Engine.class)
            .and()
            .doNotHaveFullyQualifiedName("io.svcdht.node.runtime.JournalFilling")
            .and()
            .resideOutsideOfPackage("io.svcdht.benchmarks..")
            .should()
            .callMethodWhere(describe(
                    "a journal's append",
                    call -> call.getTargetOwner().isAssignableTo(Journal.class)
                            && call.getName().equals("append")));

    /** Whoever changes a state goes through the fold; what the fold calls is nobody else's to call. */
    @ArchTest
    static final ArchRule only_the_fold_changes_a_state = noClasses()
            .that()
            .resideInAPackage("io.svcdht..")
            .and()
            .areNotAssignableTo(Fold.class)
            .and()
            .areNotAssignableTo(State.class)
            .and()
            .areNotAssignableTo(RecordStore.class)
            .should()
            .callMethodWhere(describe(
                    "what changes a state",
                    call -> call.getTargetOwner().isAssignableTo(RecordStore.class)
                                    && Set.of("announce", "refresh", "withdraw", "expire", "folded")
                                            .contains(call.getName())
                            || call.getTargetOwner().isAssignableTo(State.class)
                                    && Set.of("foldedIn", "startedAs", "routed").contains(call.getName())));

    @ArchTest
    static final ArchRule what_changes_a_state_is_not_public = methods()
            .that()
            .areDeclaredIn(State.class)
            .and()
            .haveNameMatching("foldedIn|startedAs|routed")
            .should()
            .notBePublic();

    /** The key file is the one thing on disk they know; time is handed in. */
    @ArchTest
    static final ArchRule wire_and_trust_know_no_sockets_and_no_clock = noClasses()
            .that()
            .resideInAnyPackage(WIRE, TRUST)
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.net..", "io.vertx..", "io.netty..", "net.openhft..")
                    .or(resideInAPackage("io.svcdht..")
                            .and(not(resideInAnyPackage(
                                    BOUNDED, MODEL, EVENT, STATE, JOURNAL, WIRE, TRUST, "io.svcdht.node.error..")))))
            .orShould()
            .accessTargetWhere(CLOCK_DICE_OR_THREAD);

    /** JSON is written to an array through a stream of java.io, which ends in memory. */
    @ArchTest
    static final ArchRule wire_is_bytes_and_values_only = noClasses()
            .that()
            .resideInAPackage(WIRE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(OUTSIDE)
                    .and(not(belongToAnyOf(
                            java.io.ByteArrayOutputStream.class,
                            java.io.OutputStream.class,
                            java.io.IOException.class,
                            java.io.UncheckedIOException.class))));

    @ArchTest
    static final ArchRule only_wire_trust_and_noise_know_cbor_and_curves = noClasses()
            .that()
            .resideOutsideOfPackages(WIRE, TRUST, "io.svcdht.node.noise..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "com.upokecenter..", "org.bouncycastle.math..", "org.bouncycastle.crypto.signers.."));

    @ArchTest
    static final ArchRule adapters_hand_in_inputs_and_read_views = noClasses()
            .that()
            .resideInAnyPackage("io.svcdht.node.http..", "io.svcdht.node.metrics..", CONSOLE)
            .and()
            .resideOutsideOfPackage("io.svcdht.console.cli..")
            .should()
            .dependOnClassesThat(belongToAnyOf(Fold.class, Engine.class, Journal.class));

    @ArchTest
    static final ArchRule only_http_and_net_have_sockets_and_only_network_shares_their_loops = noClasses()
            .that()
            .resideInAPackage(NODE)
            .and()
            .resideOutsideOfPackages("io.svcdht.node.http..", "io.svcdht.node.metrics..", BUS, NET, NETWORK)
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.vertx..", "io.netty.."));

    /** What leaves the process is put together by the wiring alone. */
    @ArchTest
    static final ArchRule nobody_in_the_node_knows_bus_or_otel = noClasses()
            .that()
            .resideInAPackage(NODE)
            .and()
            .resideOutsideOfPackages(BUS, OTEL)
            .should()
            .dependOnClassesThat(resideInAnyPackage(BUS, OTEL));

    @ArchTest
    static final ArchRule only_otel_knows_opentelemetry = noClasses()
            .that()
            .resideOutsideOfPackage(OTEL)
            .should()
            .dependOnClassesThat(resideInAPackage("io.opentelemetry.."));

    /** It passes messages on; who answers them is behind the bus. */
    @ArchTest
    static final ArchRule the_bridge_never_sees_the_node = noClasses()
            .that()
            .resideInAPackage(BUS)
            .should()
            .dependOnClassesThat(resideInAPackage("io.svcdht..")
                    .and(not(resideInAnyPackage(
                            BUS, "io.svcdht.node.config..", "io.svcdht.node.error..", "io.svcdht.node.http.."))));

    /** It carries messages; what they mean is for whoever hands in the handler. */
    @ArchTest
    static final ArchRule net_knows_the_wire_and_who_it_is = noClasses()
            .that()
            .resideInAPackage(NET)
            .should()
            .dependOnClassesThat(resideInAPackage("io.svcdht..")
                    .and(not(resideInAnyPackage(
                            BOUNDED,
                            MODEL,
                            WIRE,
                            TRUST,
                            NET,
                            "io.svcdht.node.noise..",
                            "io.svcdht.node.error..",
                            "io.svcdht.node.quota.."))));

    @ArchTest
    static final ArchRule asn_and_quota_know_addresses_and_no_clock = noClasses()
            .that()
            .resideInAnyPackage("io.svcdht.node.asn..", "io.svcdht.node.quota..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.vertx..", "io.netty..", "net.openhft..")
                    .or(resideInAPackage("io.svcdht..")
                            .and(not(resideInAnyPackage(
                                    BOUNDED, MODEL, "io.svcdht.node.asn..", "io.svcdht.node.quota..")))))
            .orShould()
            .accessTargetWhere(CLOCK_DICE_OR_THREAD);

    /** Noise is what its specification says, whoever uses it. */
    @ArchTest
    static final ArchRule noise_knows_no_node = classes()
            .that()
            .resideInAPackage("io.svcdht.node.noise..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "io.svcdht.node.noise..",
                    "java.lang..",
                    "java.nio..",
                    "java.security..",
                    "java.util..",
                    "javax.crypto..",
                    "org.bouncycastle.math.ec.rfc7748..",
                    "org.jspecify.."));

    /** It hands peering's wishes to the transport and the engine; nobody below the wiring hands it anything. */
    @ArchTest
    static final ArchRule network_sees_the_node_from_outside = noClasses()
            .that()
            .resideInAPackage(NETWORK)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "io.svcdht.node.http..", "io.svcdht.node.runtime..", JOURNAL, CHRONICLE, "io.svcdht.node.sim.."));

    @ArchTest
    static final ArchRule nobody_in_the_node_knows_the_network = noClasses()
            .that()
            .resideInAPackage(NODE)
            .and()
            .resideOutsideOfPackage(NETWORK)
            .should()
            .dependOnClassesThat(resideInAPackage(NETWORK));

    /** Sealed keys are wrapped the way certificates' keys are, by the same library. */
    @ArchTest
    static final ArchRule only_net_knows_certificates = noClasses()
            .that()
            .resideInAPackage("io.svcdht..")
            .and()
            .resideOutsideOfPackage(NET)
            .and()
            .doNotHaveFullyQualifiedName("io.svcdht.node.trust.SealedKey")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "org.bouncycastle.cert..", "org.bouncycastle.asn1..", "org.bouncycastle.operator.."));

    /** Files that settings name are tried where the settings are judged, so that all problems are told at once. */
    @ArchTest
    static final ArchRule config_is_read_before_anything_runs = noClasses()
            .that()
            .resideInAPackage("io.svcdht.node.config..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.svcdht..")
                    .and(not(resideInAnyPackage(
                            MODEL, "io.svcdht.node.config..", "io.svcdht.node.error..", "io.svcdht.node.asn..")))
                    .and(not(belongToAnyOf(Passphrase.class))));

    // --- everywhere --------------------------------------------------------------------------------------------------

    @ArchTest
    static void every_package_is_null_marked(com.tngtech.archunit.core.domain.JavaClasses classes) {
        List<String> unmarked = classes.stream()
                .filter(c -> !c.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackage)
                .distinct()
                .filter(p -> !p.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .collect(Collectors.toList());
        assertThat(unmarked)
                .as("packages without @NullMarked in their package-info")
                .isEmpty();
    }
}
