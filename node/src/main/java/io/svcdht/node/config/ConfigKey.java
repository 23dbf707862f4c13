package io.svcdht.node.config;

import io.svcdht.node.config.NodeConfig.Profile;
import java.io.Console;
import java.util.Locale;
import java.util.function.Function;

/**
 * One row of the table of keys.
 *
 * @param name as in the TOML file
 * @param fallback the value where no source names one
 * @param shownDefault the default, for people
 * @param remark what to know beside the range, may be empty
 * @param hot whether a reload changes it; all else needs a restart
 * @param of the component of {@link NodeConfig} it sets
 */
public record ConfigKey<T>(
        String name,
        ValueType<T> type,
        Function<Surroundings, T> fallback,
        String shownDefault,
        String remark,
        boolean hot,
        String description,
        Function<NodeConfig, T> of) {
    /**
     * What defaults depend on.
     *
     * @param heapBytes the most the heap may grow to
     * @param terminal whether a person reads the output
     */
    public record Surroundings(Profile profile, long heapBytes, boolean terminal) {
        /** Those of this process. */
        @SuppressWarnings("SystemConsoleNull") // since 25 it may be null again
        public static Surroundings here() {
            Console console = System.console();
            return new Surroundings(
                    Profile.MACRONODE, Runtime.getRuntime().maxMemory(), console != null && console.isTerminal());
        }

        Surroundings with(Profile other) {
            return new Surroundings(other, heapBytes, terminal);
        }
    }

    /** {@code --key-with-hyphens}. */
    public String flag() {
        return "--" + name.replace('_', '-');
    }

    /** {@code DHT_KEY}, with one exception older than this program. */
    public String variable() {
        return name.equals("amnesia") ? ConfigTable.AMNESIA_VARIABLE : "DHT_" + name.toUpperCase(Locale.ROOT);
    }

    /** The value in force, as it would stand in the file; empty = not set. */
    public String format(NodeConfig config) {
        return type.format(of.apply(config));
    }
}
