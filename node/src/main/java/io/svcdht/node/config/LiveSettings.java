package io.svcdht.node.config;

import io.svcdht.node.config.ConfigReload.Applied;
import io.svcdht.node.config.ConfigReload.Change;
import io.svcdht.node.config.ConfigReload.Refused;
import io.svcdht.node.config.ConfigResult.Loaded;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The settings in force, and the two ways to change them while the node runs: a reload reads all sources again, and an
 * operator sets one hot key by hand.
 *
 * <p>The last word stands. What was set by hand goes on through a reload as long as the sources say of that key what they
 * said when it was set; once they say something else, they are the later word and take over. A restart knows nothing of
 * what was set by hand.
 */
public final class LiveSettings {
    /** From here it could not be taken back: with it the console takes no forms, this one included. */
    private static final String NEVER_BY_HAND = "console_read_only";

    private final Supplier<ConfigResult> sources;
    private final Map<String, ByHand> byHand = new LinkedHashMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private Loaded inForce;

    /** @param sources read anew at each reload */
    public LiveSettings(Loaded atStart, Supplier<ConfigResult> sources) {
        this.inForce = atStart;
        this.sources = sources;
    }

    /** Settings that a reload finds as they are. */
    public static LiveSettings of(Loaded atStart) {
        return new LiveSettings(atStart, () -> atStart);
    }

    /** Puts settings in force. */
    @FunctionalInterface
    public interface Listener {
        void changed(NodeConfig config, List<Change> changes);
    }

    /**
     * A value that an operator set.
     *
     * @param value as it would stand in the file
     * @param elsewhere what the sources said then, which a restart goes back to
     * @param from where they said it
     */
    public record ByHand(String value, String elsewhere, Source from) {}

    /**
     * What a reload came to.
     *
     * @param kept set by hand, and still so
     * @param overtaken were set by hand, and the sources say something else since
     */
    public record Reloaded(ConfigReload result, Map<String, ByHand> kept, List<String> overtaken) {
        public Reloaded {
            kept = Map.copyOf(kept);
            overtaken = List.copyOf(overtaken);
        }
    }

    /** Is told of every change from now on, in order. */
    public void onChange(Listener listener) {
        listeners.add(listener);
    }

    public synchronized Loaded inForce() {
        return inForce;
    }

    /** Who says what is in force. */
    public Source source(ConfigKey<?> key) {
        Setting setting = inForce().settings().get(key.name());
        return setting == null ? new Source.Default() : setting.source();
    }

    /** Empty where a key is as the sources say. */
    public synchronized Optional<ByHand> byHand(ConfigKey<?> key) {
        return Optional.ofNullable(byHand.get(key.name()));
    }

    /** Whether a key can be set by hand; if not, the sentence says why. */
    public static Optional<String> notByHand(ConfigKey<?> key) {
        if (!key.hot()) {
            return Optional.of(
                    "it takes effect at the start only: change it where it is set, and start the node again");
        }
        return key.name().equals(NEVER_BY_HAND)
                ? Optional.of("from here it could not be taken back: set it in the file and send SIGHUP")
                : Optional.empty();
    }

    /** What would come of setting a key by hand, without doing it. */
    public ConfigReload look(ConfigKey<?> key, String text, String who) {
        Optional<String> not = notByHand(key);
        Source source = new Source.ByHand(who);
        return not.isPresent()
                ? new Refused(
                        List.of(new Problem(source, "%s cannot be set by hand: %s".formatted(key.name(), not.get()))))
                : ConfigReload.one(inForce(), key, text, source);
    }

    /** Sets a key by hand. */
    public synchronized ConfigReload set(ConfigKey<?> key, String text, String who) {
        ConfigReload result = look(key, text, who);
        if (result instanceof Applied(Loaded loaded, List<Change> changes, var _) && !changes.isEmpty()) {
            ByHand before = byHand.get(key.name());
            String value = key.format(loaded.config());
            byHand.put(
                    key.name(),
                    before == null
                            ? new ByHand(value, key.format(inForce.config()), source(key))
                            : new ByHand(value, before.elsewhere(), before.from()));
            putInForce(loaded, changes);
        }
        return result;
    }

    /** Goes back to what the sources said when a key was set by hand. */
    public synchronized ConfigReload unset(ConfigKey<?> key) {
        ByHand set = byHand.get(key.name());
        if (set == null) {
            return new Applied(inForce, List.of(), List.of());
        }
        ConfigReload result = ConfigReload.one(inForce, key, set.elsewhere(), set.from());
        if (result instanceof Applied(Loaded loaded, List<Change> changes, var _)) {
            byHand.remove(key.name());
            putInForce(loaded, changes);
        }
        return result;
    }

    /** Reads all sources again; what is wrong there changes nothing. */
    public synchronized Reloaded reload() {
        ConfigResult now = sources.get();
        List<String> overtaken = new ArrayList<>();
        Map<String, ByHand> kept = new LinkedHashMap<>(byHand);
        if (now instanceof Loaded fresh) {
            for (ConfigKey<?> key : ConfigTable.KEYS) {
                ByHand set = kept.get(key.name());
                if (set != null && !set.elsewhere().equals(key.format(fresh.config()))) {
                    kept.remove(key.name());
                    overtaken.add(key.name());
                }
            }
            now = withByHand(fresh, kept);
        }
        ConfigReload result = ConfigReload.diff(inForce, now);
        if (result instanceof Applied(Loaded loaded, List<Change> changes, var _)) {
            byHand.keySet().retainAll(kept.keySet());
            putInForce(loaded, changes);
            return new Reloaded(result, kept, overtaken);
        }
        return new Reloaded(result, byHand, List.of());
    }

    private ConfigResult withByHand(Loaded fresh, Map<String, ByHand> kept) {
        ConfigResult all = fresh;
        for (ConfigKey<?> key : ConfigTable.KEYS) {
            ByHand set = kept.get(key.name());
            if (set != null && all instanceof Loaded so) {
                all = switch (ConfigReload.one(so, key, set.value(), source(key))) {
                    case Applied a -> a.loaded();
                    case Refused(List<Problem> problems) -> new ConfigResult.Invalid(problems);
                };
            }
        }
        return all;
    }

    private void putInForce(Loaded loaded, List<Change> changes) {
        inForce = loaded;
        listeners.forEach(l -> l.changed(loaded.config(), changes));
    }
}
