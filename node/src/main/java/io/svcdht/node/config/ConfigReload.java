package io.svcdht.node.config;

import io.svcdht.node.config.ConfigResult.Loaded;
import java.util.ArrayList;
import java.util.List;

/** What a reload comes to. */
public sealed interface ConfigReload {
    /** One setting's change, as text. */
    record Change(String key, String from, String to, Source source) {
        @Override
        public String toString() {
            return "%s: %s -> %s (%s)".formatted(key, from, to, source);
        }
    }

    /**
     * The hot keys take their new values.
     *
     * @param loaded what is in force from now on: new values of hot keys, old ones of all others
     * @param changes what changed, in the order of the table
     * @param needRestart what was changed in a source but stays as it is until a restart
     */
    record Applied(Loaded loaded, List<Change> changes, List<Change> needRestart) implements ConfigReload {
        public Applied {
            changes = List.copyOf(changes);
            needRestart = List.copyOf(needRestart);
        }
    }

    /** The old settings stay, all of them. */
    record Refused(List<Problem> problems) implements ConfigReload {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /** Compares what is in force with what the sources say now. */
    static ConfigReload diff(Loaded old, ConfigResult now) {
        return switch (now) {
            case ConfigResult.Invalid(List<Problem> problems) -> new Refused(problems);
            case Loaded fresh -> diff(old, fresh);
        };
    }

    private static ConfigReload diff(Loaded old, Loaded fresh) {
        List<Change> changes = new ArrayList<>();
        List<Change> needRestart = new ArrayList<>();
        Values merged = new Values();
        for (ConfigKey<?> key : ConfigTable.KEYS) {
            Source source = source(fresh, key);
            String from = key.format(old.config());
            String to = key.format(fresh.config());
            boolean takes = key.hot() || from.equals(to);
            merged.copy(key, takes ? fresh.config() : old.config(), takes ? source : source(old, key));
            if (!from.equals(to)) {
                (key.hot() ? changes : needRestart).add(new Change(key.name(), from, to, source));
            }
        }
        // New hot values beside old fixed ones may contradict each other though both files were right.
        List<Problem> contradictions = merged.contradictions();
        return contradictions.isEmpty()
                ? new Applied(merged.loaded(fresh.warnings()), changes, needRestart)
                : new Refused(contradictions);
    }

    /** One key set anew on top of what is in force; {@code text} as it would stand in the file. */
    static <T> ConfigReload one(Loaded old, ConfigKey<T> key, String text, Source source) {
        T value;
        try {
            value = key.type().parse(text);
        } catch (IllegalArgumentException e) {
            return new Refused(
                    List.of(new Problem(source, "%s = \"%s\" %s".formatted(key.name(), text, e.getMessage()))));
        }
        Values merged = new Values();
        for (ConfigKey<?> other : ConfigTable.KEYS) {
            merged.copy(other, old.config(), source(old, other));
        }
        merged.put(key, value, source);
        List<Problem> contradictions = merged.contradictions();
        if (!contradictions.isEmpty()) {
            return new Refused(contradictions);
        }
        Loaded loaded = merged.loaded(old.warnings());
        String from = key.format(old.config());
        String to = key.format(loaded.config());
        return new Applied(
                loaded, from.equals(to) ? List.of() : List.of(new Change(key.name(), from, to, source)), List.of());
    }

    private static Source source(Loaded loaded, ConfigKey<?> key) {
        Setting setting = loaded.settings().get(key.name());
        return setting == null ? new Source.Default() : setting.source();
    }
}
