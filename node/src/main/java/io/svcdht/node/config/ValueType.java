package io.svcdht.node.config;

import io.svcdht.node.config.NodeConfig.HostPort;
import io.svcdht.storage.model.DiskReserve;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the text of a setting becomes a value and back. Parsing is strict: no surrounding spaces, no signs, no other
 * spellings.
 */
public sealed interface ValueType<T> {
    /** What TOML must give for it. */
    enum Form {
        STRING,
        INTEGER,
        /** With or without a fraction. */
        NUMBER,
        BOOLEAN,
        /** An array of strings, or one string with commas. */
        STRINGS
    }

    /**
     * @throws IllegalArgumentException whose message continues the sentence {@code key = text …}
     */
    T parse(String text);

    /** The text that parses back to the value. */
    String format(T value);

    Form form();

    /** What is allowed, for people. */
    String range();

    /** A type of one group of settings, which stands beside them. */
    non-sealed interface Special<T> extends ValueType<T> {}

    /** {@code true} or {@code false}. */
    record Bool() implements ValueType<Boolean> {
        @Override
        public Boolean parse(String text) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("is neither true nor false");
            };
        }

        @Override
        public String format(Boolean value) {
            return value.toString();
        }

        @Override
        public Form form() {
            return Form.BOOLEAN;
        }

        @Override
        public String range() {
            return "true, false";
        }
    }

    /** A whole number between two bounds, both allowed. */
    record Whole(long min, long max) implements ValueType<Long> {
        @Override
        public Long parse(String text) {
            if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9' || c == '-')) {
                throw new IllegalArgumentException("is no whole number; allowed is " + range());
            }
            try {
                long value = Long.parseLong(text);
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Beyond 64 bits: outside the range as well.
            }
            throw new IllegalArgumentException("is outside " + range());
        }

        @Override
        public String format(Long value) {
            return value.toString();
        }

        @Override
        public Form form() {
            return Form.INTEGER;
        }

        @Override
        public String range() {
            return min + "…" + max;
        }
    }

    /** A number with up to two places behind the point, between two bounds, both allowed. */
    record Decimal(double min, double max) implements ValueType<Double> {
        private static final Pattern PLAIN = Pattern.compile("[0-9]{1,6}([.][0-9]{1,2})?");

        @Override
        public Double parse(String text) {
            if (!PLAIN.matcher(text).matches()) {
                throw new IllegalArgumentException("is no number such as 1.5; allowed is " + range());
            }
            double value = Double.parseDouble(text);
            if (value < min || value > max) {
                throw new IllegalArgumentException("is outside " + range());
            }
            return value;
        }

        @Override
        public String format(Double value) {
            return value.toString();
        }

        @Override
        public Form form() {
            return Form.NUMBER;
        }

        @Override
        public String range() {
            return min + "…" + max;
        }
    }

    /** Bytes to leave free on a volume, as a number with or without a unit, or {@code auto}. */
    record Reserve() implements ValueType<DiskReserve> {
        private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,18})(KiB|MiB|GiB|TiB)?");
        private static final long BYTES_MAX = 1L << 50;

        @Override
        public DiskReserve parse(String text) {
            if (text.equals("auto")) {
                return DiskReserve.automatic();
            }
            Matcher m = AMOUNT.matcher(text);
            if (!m.matches()) {
                throw new IllegalArgumentException("is no amount of bytes; allowed is " + range());
            }
            int shift = m.group(2) == null ? 0 : 10 * ("KMGT".indexOf(m.group(2).charAt(0)) + 1);
            long amount = Long.parseLong(m.group(1));
            if (amount > BYTES_MAX >> shift) {
                throw new IllegalArgumentException("is outside " + range());
            }
            return new DiskReserve(amount << shift);
        }

        @Override
        public String format(DiskReserve value) {
            return value.isAutomatic() ? "auto" : Long.toString(value.bytes());
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return "auto, or 0…1024TiB such as 268435456 or 256MiB";
        }
    }

    /** One of an enum's names in lower case. */
    record Choice<E extends Enum<E>>(Class<E> type) implements ValueType<E> {
        @Override
        public E parse(String text) {
            for (E e : type.getEnumConstants()) {
                if (format(e).equals(text)) {
                    return e;
                }
            }
            throw new IllegalArgumentException("is none of " + range());
        }

        @Override
        public String format(E value) {
            return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return List.of(type.getEnumConstants()).stream().map(this::format).collect(Collectors.joining(", "));
        }
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    record Address() implements ValueType<HostPort> {
        @Override
        public HostPort parse(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : text.substring(0, colon);
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            if (bracketed) {
                host = host.substring(1, host.length() - 1);
            }
            if (!Hosts.isHost(host) || bracketed != (host.indexOf(':') >= 0)) {
                throw new IllegalArgumentException("is no address; allowed is " + range());
            }
            long port;
            try {
                port = new Whole(0, 65_535).parse(text.substring(colon + 1));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("has a port that " + e.getMessage(), e);
            }
            return new HostPort(host, (int) port);
        }

        @Override
        public String format(HostPort value) {
            return value.toString();
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return "host:port or [ipv6]:port, port 0 = any free one";
        }
    }

    /** A file or directory. */
    record File() implements ValueType<Path> {
        @Override
        public Path parse(String text) {
            if (text.isBlank()) {
                throw new IllegalArgumentException("is empty; give a path");
            }
            try {
                return Path.of(text);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("is no path: " + e.getReason(), e);
            }
        }

        @Override
        public String format(Path value) {
            return value.toString();
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return "a path";
        }
    }

    /** A file, or an empty text for none. */
    record OptionalFile() implements ValueType<Optional<Path>> {
        @Override
        public Optional<Path> parse(String text) {
            return text.isEmpty() ? Optional.empty() : Optional.of(new File().parse(text));
        }

        @Override
        public String format(Optional<Path> value) {
            return value.map(Path::toString).orElse("");
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return "a path, empty = none";
        }
    }

    /** Host names, separated by commas. */
    record HostNames() implements ValueType<List<String>> {
        private static final int HOSTS_MAX = 256;

        @Override
        public List<String> parse(String text) {
            List<String> hosts = new ArrayList<>();
            if (!text.isEmpty()) {
                for (String host : text.split(",", -1)) {
                    if (!Hosts.isHost(host)) {
                        throw new IllegalArgumentException(
                                "holds \"%s\", which is no host name; allowed is %s".formatted(host, range()));
                    }
                    hosts.add(host.toLowerCase(Locale.ROOT));
                }
            }
            if (hosts.size() > HOSTS_MAX) {
                throw new IllegalArgumentException("holds %d hosts; at most %d".formatted(hosts.size(), HOSTS_MAX));
            }
            return List.copyOf(hosts);
        }

        @Override
        public String format(List<String> value) {
            return String.join(",", value);
        }

        @Override
        public Form form() {
            return Form.STRINGS;
        }

        @Override
        public String range() {
            return "names without port, separated by commas";
        }
    }

    /** {@code host:port}, or {@code none}. */
    record OptionalAddress() implements ValueType<Optional<HostPort>> {
        @Override
        public Optional<HostPort> parse(String text) {
            return text.equals("none") ? Optional.empty() : Optional.of(new Address().parse(text));
        }

        @Override
        public String format(Optional<HostPort> value) {
            return value.map(HostPort::toString).orElse("none");
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return new Address().range() + ", or none";
        }
    }

    /** Addresses with ports, separated by commas. */
    record Addresses() implements ValueType<List<HostPort>> {
        private static final int ADDRESSES_MAX = 64;
        private static final int CHARS_MAX = 255;

        @Override
        public List<HostPort> parse(String text) {
            List<HostPort> addresses = new ArrayList<>();
            if (!text.isEmpty()) {
                for (String part : text.split(",", -1)) {
                    String address = part.strip();
                    try {
                        HostPort parsed = new Address().parse(address);
                        if (address.length() > CHARS_MAX || parsed.port() == 0) {
                            throw new IllegalArgumentException("is longer than 255 characters, or its port is 0");
                        }
                        addresses.add(parsed);
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException(
                                "holds \"%s\", which %s".formatted(address, e.getMessage()), e);
                    }
                }
            }
            if (addresses.size() > ADDRESSES_MAX) {
                throw new IllegalArgumentException(
                        "holds %d addresses; at most %d".formatted(addresses.size(), ADDRESSES_MAX));
            }
            return List.copyOf(addresses);
        }

        @Override
        public String format(List<HostPort> value) {
            return value.stream().map(HostPort::toString).collect(Collectors.joining(","));
        }

        @Override
        public Form form() {
            return Form.STRINGS;
        }

        @Override
        public String range() {
            return "host:port or [ipv6]:port, separated by commas";
        }
    }

    /** A short printable text. */
    record Name() implements ValueType<String> {
        private static final int CHARS_MAX = 255;

        @Override
        public String parse(String text) {
            if (text.isEmpty() || text.length() > CHARS_MAX || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException("is no such name; allowed is " + range());
            }
            return text;
        }

        @Override
        public String format(String value) {
            return value;
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return "1…255 printable ASCII characters without spaces";
        }
    }

    /** Milliseconds, or {@code adaptive}. */
    record AdaptiveMillis() implements ValueType<OptionalInt> {
        private static final Whole MILLIS = new Whole(1, 60_000);

        @Override
        public OptionalInt parse(String text) {
            return text.equals("adaptive")
                    ? OptionalInt.empty()
                    : OptionalInt.of(MILLIS.parse(text).intValue());
        }

        @Override
        public String format(OptionalInt value) {
            return value.isPresent() ? Integer.toString(value.getAsInt()) : "adaptive";
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return "adaptive, or " + MILLIS.range();
        }
    }

    /** Seconds, or {@code half} of a life time. */
    record HalfLifeOrSeconds() implements ValueType<OptionalInt> {
        private static final Whole SECONDS = new Whole(1, 86_400);

        @Override
        public OptionalInt parse(String text) {
            return text.equals("half")
                    ? OptionalInt.empty()
                    : OptionalInt.of(SECONDS.parse(text).intValue());
        }

        @Override
        public String format(OptionalInt value) {
            return value.isPresent() ? Integer.toString(value.getAsInt()) : "half";
        }

        @Override
        public Form form() {
            return Form.STRING;
        }

        @Override
        public String range() {
            return "half, or " + SECONDS.range();
        }
    }
}
