package io.svcdht.node.http;

import io.svcdht.node.config.Role;
import io.svcdht.node.config.TokenFile;
import java.util.Optional;
import java.util.function.Supplier;

/** Who may call. */
public sealed interface Access {
    /** Everyone is admin: for loopback only. */
    record Open() implements Access {}

    /** A bearer token decides; the supplier is asked for each request, so that a reload takes hold at once. */
    record Tokens(Supplier<TokenFile> file) implements Access {
        Optional<Role> roleOf(String token) {
            return file.get().roleOf(token);
        }
    }
}
