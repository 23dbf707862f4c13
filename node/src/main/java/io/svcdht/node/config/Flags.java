package io.svcdht.node.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings on a command line: {@code --key=value} or {@code --key value}; a bare {@code --key} is true where the
 * key is true or false. Read by hand because {@code run} is on the way to the first answer.
 *
 * @param values by flag, hyphens and all
 * @param problems what could not be read
 */
public record Flags(Map<String, String> values, List<Problem> problems) {
    /** Names the TOML file; not a key itself. */
    public static final String CONFIG = "--config";

    public Flags {
        values = Map.copyOf(values);
        problems = List.copyOf(problems);
    }

    public static Flags none() {
        return new Flags(Map.of(), List.of());
    }

    public static Flags parse(List<String> args) {
        Map<String, String> values = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            int equals = arg.indexOf('=');
            String flag = equals < 0 ? arg : arg.substring(0, equals);
            if (!flag.startsWith("--")) {
                problems.add(new Problem(new Source.Flag(arg), "is no flag; settings look like --ttl-secs=600"));
                continue;
            }
            ConfigKey<?> key = byFlag(flag);
            if (key == null && !flag.equals(CONFIG)) {
                problems.add(new Problem(new Source.Flag(flag), "is not known" + Nearest.flag(flag)));
                // A value behind an unknown flag is most likely meant for it.
                if (equals < 0 && i + 1 < args.size() && !args.get(i + 1).startsWith("-")) {
                    i++;
                }
                continue;
            }
            boolean bool = key != null && key.type().form() == ValueType.Form.BOOLEAN;
            String value;
            if (equals >= 0) {
                value = arg.substring(equals + 1);
            } else if (bool && (i + 1 == args.size() || !isBool(args.get(i + 1)))) {
                value = "true";
            } else if (i + 1 < args.size()) {
                value = args.get(++i);
            } else {
                problems.add(new Problem(new Source.Flag(flag), "needs a value"));
                continue;
            }
            if (values.put(flag, value) != null) {
                problems.add(new Problem(new Source.Flag(flag), "is given twice"));
            }
        }
        return new Flags(values, problems);
    }

    private static @Nullable ConfigKey<?> byFlag(String flag) {
        for (ConfigKey<?> key : ConfigTable.KEYS) {
            if (key.flag().equals(flag)) {
                return key;
            }
        }
        return null;
    }

    private static boolean isBool(String text) {
        return text.equals("true") || text.equals("false");
    }
}
