package io.svcdht.node.config;

import io.svcdht.node.config.NetworkConfig.Algorithm;
import io.svcdht.node.config.NetworkConfig.Signing;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The rows of the table that are about signatures. All of them change with a reload. */
final class SigningKeys {
    private static final Group<Signing> OF = new Group<>(true, c -> c.network().signing());

    static final ConfigKey<Boolean> PQ_DUAL_SIGN = OF.row(
            "pq_dual_sign",
            new ValueType.Bool(),
            true,
            "true",
            "",
            "Sign this node's own records with ML-DSA-87 beside Ed25519.",
            Signing::dual);
    static final ConfigKey<OptionalLong> PQ_REQUIRE_ON = OF.row(
            "pq_require_on",
            new Moment(),
            OptionalLong.empty(),
            "none",
            "from then on nodes without an ML-DSA-87 key are refused too",
            "When records that are signed classically alone cease to be taken.",
            Signing::requireOnMillis);
    static final ConfigKey<List<Algorithm>> PQ_ALGORITHMS = OF.row(
            "pq_algorithms",
            new Algorithms(),
            Signing.DEFAULT.algorithms(),
            "ed25519,ml-dsa-87",
            "ed25519 is always among them",
            "What this node signs with, and checks.",
            Signing::algorithms);

    static final List<ConfigKey<?>> KEYS = List.of(PQ_DUAL_SIGN, PQ_REQUIRE_ON, PQ_ALGORITHMS);

    private SigningKeys() {}

    static Signing signing(Values v) {
        return new Signing(v.get(PQ_DUAL_SIGN), v.get(PQ_REQUIRE_ON), v.get(PQ_ALGORITHMS));
    }

    /** What is wrong though each value for itself is right. */
    static List<Problem> contradictions(Values v) {
        if (v.get(PQ_REQUIRE_ON).isPresent() && !v.get(PQ_ALGORITHMS).contains(Algorithm.ML_DSA_87)) {
            return List.of(
                    new Problem(
                            v.source(PQ_REQUIRE_ON),
                            "pq_require_on wants signatures that pq_algorithms does not check; add ml-dsa-87, or leave one out"));
        }
        return List.of();
    }

    /** A day (its first instant, UTC), an instant, or {@code none}; milliseconds since the epoch. */
    record Moment() implements ValueType.Special<OptionalLong> {
        @Override
        public OptionalLong parse(String text) {
            if (text.equals("none")) {
                return OptionalLong.empty();
            }
            try {
                long millis = text.indexOf('T') < 0
                        ? LocalDate.parse(text)
                                .atStartOfDay(ZoneOffset.UTC)
                                .toInstant()
                                .toEpochMilli()
                        : Instant.parse(text).toEpochMilli();
                if (millis >= 0) {
                    return OptionalLong.of(millis);
                }
            } catch (DateTimeParseException | ArithmeticException e) {
                // Said below, with what is allowed.
            }
            throw new IllegalArgumentException("is no moment; allowed is " + range());
        }

        @Override
        public String format(OptionalLong value) {
            return value.isEmpty()
                    ? "none"
                    : Instant.ofEpochMilli(value.getAsLong()).toString();
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return "none, a day such as 2030-01-01, or an instant such as 2030-01-01T12:00:00Z";
        }
    }

    /** Names of algorithms, separated by commas. */
    record Algorithms() implements ValueType.Special<List<Algorithm>> {
        @Override
        public List<Algorithm> parse(String text) {
            List<Algorithm> parsed = new ArrayList<>();
            for (String part : text.split(",", -1)) {
                Algorithm algorithm = Arrays.stream(Algorithm.values())
                        .filter(a -> name(a).equals(part.strip()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "holds \"%s\", which is none of %s".formatted(part.strip(), names())));
                if (parsed.contains(algorithm)) {
                    throw new IllegalArgumentException("holds %s twice".formatted(name(algorithm)));
                }
                parsed.add(algorithm);
            }
            if (!parsed.contains(Algorithm.ED25519)) {
                throw new IllegalArgumentException("lacks ed25519, which every record is signed with");
            }
            return List.copyOf(parsed);
        }

        private static String name(Algorithm a) {
            return a.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private static String names() {
            return Arrays.stream(Algorithm.values()).map(Algorithms::name).collect(Collectors.joining(", "));
        }

        @Override
        public String format(List<Algorithm> value) {
            return value.stream().map(Algorithms::name).collect(Collectors.joining(","));
        }

        @Override
        public Form form() {
            return Form.STRINGS;
        }

        @Override
        public String range() {
            return "ed25519, ml-dsa-87, separated by commas";
        }
    }
}
