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
        public Optional<Role> roleOf(String token) {
            return file.get().roleOf(token);
        }

        /** As {@link #roleOf} for who proved before to have the token: a token that was taken away counts no more. */
        public Optional<Role> roleOfDigest(byte[] sha256) {
            return file.get().roleOfDigest(sha256);
        }
    }
}
