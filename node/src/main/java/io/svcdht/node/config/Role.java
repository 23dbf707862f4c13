package io.svcdht.node.config;

import java.util.Locale;

/** What a caller of the HTTP API may do; each role includes the ones before it. */
public enum Role {
    VIEWER,
    OPERATOR,
    ADMIN;

    /** Whether a caller of this role may do what {@code needed} may. */
    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** The name as it stands in a token file. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
