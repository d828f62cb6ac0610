package io.pgproxy.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConninfoTest {

    @Test
    void valuesAreQuotedAsLibpqReadsThem() {
        assertThat(new Conninfo("127.0.0.1", 15_000, "the boss", "it's a \\").text())
                .isEqualTo("host='127.0.0.1' port=15000 user='the boss' password='it\\'s a \\\\'");
    }
}
