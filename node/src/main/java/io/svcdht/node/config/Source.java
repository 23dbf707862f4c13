package io.svcdht.node.config;

/** Where a setting came from; its text is what a user reads to find the place. */
public sealed interface Source {
    /** A flag of the command line, with its two hyphens. */
    record Flag(String flag) implements Source {
        @Override
        public String toString() {
            return "flag " + flag;
        }
    }

    /** An environment variable. */
    record Variable(String variable) implements Source {
        @Override
        public String toString() {
            return "variable " + variable;
        }
    }

    /** The TOML file; line 0 = the file as a whole. */
    record TomlFile(String file, int line) implements Source {
        @Override
        public String toString() {
            return line == 0 ? file : file + ":" + line;
        }
    }

    /** An operator, while the node runs: gone with the next start. */
    record ByHand(String who) implements Source {
        @Override
        public String toString() {
            return "console, by " + who;
        }
    }

    /** What the profile brings along. */
    record OfProfile(String profile) implements Source {
        @Override
        public String toString() {
            return "profile " + profile;
        }
    }

    /** Nobody said anything. */
    record Default() implements Source {
        @Override
        public String toString() {
            return "default";
        }
    }
}
