package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteHintTest {
    @ParameterizedTest
    @CsvSource({
        "pgproxy: reader, READER",
        "pgproxy:reader, READER",
        "PgProxy : READER, READER",
        "pgproxy: writer, WRITER",
        "pgproxy: readers, NONE",
        "pgproxy: reader please, NONE",
        "pgproxy reader, NONE",
        "pgproxy:, NONE",
        "pgproxy, NONE",
        "my pgproxy: reader, NONE",
        "'', NONE",
    })
    void ofABody(String body, RouteHint hint) {
        assertThat(RouteHint.in(body)).isEqualTo(hint);
        assertThat(RouteHint.in("\n  " + body.replace(" ", "\t") + " \n")).isEqualTo(hint);
    }
}
