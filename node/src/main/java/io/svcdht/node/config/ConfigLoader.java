package io.svcdht.node.config;

import io.svcdht.node.config.ConfigKey.Surroundings;
import io.svcdht.node.config.NodeConfig.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Flags &gt; environment &gt; TOML file &gt; profile &gt; defaults, every value of every source checked. */
public final class ConfigLoader {
    private static final String PREFIX = "DHT_";
    private static final String CONFIG_VARIABLE = "DHT_CONFIG";
    /** Ours, but no settings of a node: what the command line's clients read. */
    private static final Set<String> OTHER_VARIABLES = Set.of(CONFIG_VARIABLE, "DHT_API", "DHT_TOKEN_FILE");

    private final Flags flags;
    private final Map<String, String> environment;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private ConfigLoader(Flags flags, Map<String, String> environment) {
        this.flags = flags;
        this.environment = environment;
    }

    /** Loads with the defaults of this process. */
    public static ConfigResult load(Flags flags, Map<String, String> environment) {
        return load(flags, environment, Surroundings.here());
    }

    static ConfigResult load(Flags flags, Map<String, String> environment, Surroundings surroundings) {
        return new ConfigLoader(flags, environment).load(surroundings);
    }

    private ConfigResult load(Surroundings surroundings) {
        problems.addAll(flags.problems());
        Map<String, Raw> file = file();
        strangeVariables();
        Values values = new Values();
        settle(ConfigTable.PROFILE, values, file, surroundings);
        Surroundings profiled = surroundings.with(values.get(ConfigTable.PROFILE));
        for (ConfigKey<?> key : ConfigTable.KEYS) {
            if (!key.equals(ConfigTable.PROFILE)) {
                settle(key, values, file, profiled);
            }
        }
        if (problems.isEmpty()) {
            problems.addAll(values.contradictions());
        }
        return problems.isEmpty() ? values.loaded(warnings) : new ConfigResult.Invalid(problems);
    }

    private Map<String, Raw> file() {
        String flag = flags.values().get(Flags.CONFIG);
        String variable = environment.get(CONFIG_VARIABLE);
        String name = flag != null ? flag : variable;
        if (name == null || name.isEmpty() && flag == null) {
            return Map.of();
        }
        Source source = flag != null ? new Source.Flag(Flags.CONFIG) : new Source.Variable(CONFIG_VARIABLE);
        try {
            return TomlSettings.read(new ValueType.File().parse(name), problems::add);
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(source, "\"%s\" %s".formatted(name, e.getMessage())));
        }
        return Map.of();
    }

    /** Containers plant variables of services that happen to be called dht; only a near miss is a mistake. */
    private void strangeVariables() {
        new TreeMap<>(environment).forEach((name, value) -> {
            if (!name.startsWith(PREFIX) || OTHER_VARIABLES.contains(name) || isKnown(name)) {
                return;
            }
            String hint = name.equals("DHT_AMNESIA")
                    ? ": did you mean " + ConfigTable.AMNESIA_VARIABLE + "?"
                    : Nearest.variable(name);
            if (hint.isEmpty()) {
                warnings.add("variable " + name + " is not known and has no effect");
            } else {
                problems.add(new Problem(new Source.Variable(name), "is not known" + hint));
            }
        });
    }

    private static boolean isKnown(String variable) {
        return ConfigTable.KEYS.stream().anyMatch(k -> k.variable().equals(variable));
    }

    /** Checks what each source says about the key and keeps the word of the first; the default where all are silent. */
    private <T> void settle(ConfigKey<T> key, Values values, Map<String, Raw> file, Surroundings surroundings) {
        Raw flag = raw(flags.values().get(key.flag()), new Source.Flag(key.flag()));
        Raw variable = raw(environment.get(key.variable()), new Source.Variable(key.variable()));
        T fallback = key.fallback().apply(surroundings);
        boolean byProfile = !fallback.equals(key.fallback().apply(surroundings.with(Profile.MACRONODE)));
        values.put(
                key,
                fallback,
                byProfile
                        ? new Source.OfProfile(ConfigTable.PROFILE.type().format(surroundings.profile()))
                        : new Source.Default());
        // From the weakest to the strongest: the last word stands.
        take(key, file.get(key.name()), values);
        take(key, variable, values);
        take(key, flag, values);
    }

    private static @Nullable Raw raw(@Nullable String text, Source source) {
        return text == null ? null : new Raw(text, source);
    }

    private <T> void take(ConfigKey<T> key, @Nullable Raw raw, Values values) {
        if (raw == null) {
            return;
        }
        try {
            values.put(key, parse(key, raw), raw.source());
        } catch (IllegalArgumentException e) {
            problems.add(new Problem(raw.source(), "%s = \"%s\" %s".formatted(key.name(), raw.text(), e.getMessage())));
        }
    }

    private static <T> T parse(ConfigKey<T> key, Raw raw) {
        if (raw.source() instanceof Source.Variable(String name) && name.equals(ConfigTable.AMNESIA_VARIABLE)) {
            return switch (raw.text()) {
                case "1" -> key.type().parse("true");
                case "0" -> key.type().parse("false");
                case "true", "false" -> key.type().parse(raw.text());
                default -> throw new IllegalArgumentException("is none of 1, true, 0, false");
            };
        }
        return key.type().parse(raw.text());
    }
}
