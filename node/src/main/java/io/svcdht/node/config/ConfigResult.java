package io.svcdht.node.config;

import java.util.List;
import java.util.Map;

/** What came of merging and checking all sources. */
public sealed interface ConfigResult {
    /**
     * Everything holds.
     *
     * @param settings by key, in the order of the table
     * @param warnings what looks odd but hinders nothing
     */
    record Loaded(NodeConfig config, Map<String, Setting> settings, List<String> warnings) implements ConfigResult {
        public Loaded {
            warnings = List.copyOf(warnings);
        }
    }

    /** Nothing is used; every problem there is, not only the first. */
    record Invalid(List<Problem> problems) implements ConfigResult {
        public Invalid {
            problems = List.copyOf(problems);
        }

        /** One problem a line. */
        public String text() {
            return String.join("\n", problems.stream().map(Problem::toString).toList());
        }
    }
}
