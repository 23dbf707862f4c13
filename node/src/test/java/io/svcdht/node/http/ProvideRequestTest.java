package io.svcdht.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.svcdht.storage.model.Key;
import io.svcdht.storage.model.NodeId;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProvideRequestTest {
    private static final NodeId SELF = new NodeId(new Key(1, 2, 3, 4));

    /** Errors are logged, shown and copied into tickets; what a provider said is in none of them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"cid\":\"b3:x\",\"node\":\"\\u202eshelf-4711\"}",
                "{\"cid\":\"b3:x\",\"addrs\":[\"tcp://shelf-4711\\u0007\"]}",
                "{\"cid\":\"b3:x\",\"addrs\":\"shelf-4711\"}",
                "{\"cid\":\"b3:x\",\"addrs\":[shelf-4711]}",
                "{\"cid\":\"b3:x\",\"node\":\"shelf-4711\",\"ttl_secs\":\"shelf-4711\"}",
                "{\"cid\":\"b3:x\",\"node\":\"shelf-4711\",\"node\":\"shelf-4711\"}",
                "{\"cid\":\"b3:x\",\"node\":\"shelf-4711\"} shelf-4711",
                "\"shelf-4711",
            })
    void an_error_never_repeats_what_was_said(String json) {
        ApiError e = catchThrowableOfType(
                ApiError.class, () -> ProvideRequest.parse(json, ServedNode.config(Path.of("unused")), SELF));
        assertThat(e).isNotNull();
        assertThat(e.getMessage()).doesNotContain("4711");
    }
}
