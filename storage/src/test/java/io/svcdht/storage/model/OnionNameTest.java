package io.svcdht.storage.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnionNameTest {
    private static final String TORPROJECT = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";

    @ParameterizedTest
    @ValueSource(
            strings = {
                TORPROJECT,
                "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion",
                "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"
            })
    void names_of_services_that_are_there_are_valid(String name) {
        assertThat(OnionName.isValid(name)).isTrue();
        assertThat(OnionName.isOnion(name)).isTrue();
    }

    @Test
    void a_slip_of_one_letter_is_noticed() {
        for (int i = 0; i < 56; i++) {
            String slip = TORPROJECT.substring(0, i)
                    + (TORPROJECT.charAt(i) == 'q' ? 'r' : 'q')
                    + TORPROJECT.substring(i + 1);
            assertThat(OnionName.isValid(slip)).as(slip).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.org",
                "expyuzz4wqqyqhjn.onion",
                "www.2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion",
                "2GZYXA5IHM7NSGGFXNU52RCK2VV4RVMDLKIU3ZZUI5DU4XYCLEN53WID.onion",
                "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wi1.onion",
                "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion.",
                ".onion",
                "onion",
                ""
            })
    void others_are_none(String name) {
        assertThat(OnionName.isValid(name)).isFalse();
    }

    @Test
    void a_key_has_one_name() {
        byte[] key = new byte[32];
        for (int i = 0; i < 256; i++) {
            key[i % 32] = (byte) (i * 37);
            assertThat(OnionName.isValid(OnionName.of(key))).isTrue();
        }
    }
}
