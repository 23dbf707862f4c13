package io.svcdht.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerLayerTest {
    /** As Linux names them; a volume of an engine is none of the first two. */
    @ParameterizedTest
    @CsvSource({"overlay, true", "overlayfs, true", "ext4, false", "xfs, false", "tmpfs, false", "nfs4, false"})
    void only_an_overlay_is_a_containers_own_layer(String type, boolean expected) {
        assertThat(ContainerLayer.isIt(type)).isEqualTo(expected);
    }
}
