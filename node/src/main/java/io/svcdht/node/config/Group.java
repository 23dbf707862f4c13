package io.svcdht.node.config;

import java.util.function.Function;

/**
 * Makes the keys of one group of settings, which take effect with a reload, or none of them does.
 *
 * @param hot whether a reload is enough
 * @param of the group among all settings
 */
record Group<G>(boolean hot, Function<NodeConfig, G> of) {
    <T> ConfigKey<T> row(
            String name,
            ValueType<T> type,
            T fallback,
            String shown,
            String remark,
            String description,
            Function<G, T> value) {
        return new ConfigKey<>(
                name, type, s -> fallback, shown, remark, hot, description, c -> value.apply(of.apply(c)));
    }
}
