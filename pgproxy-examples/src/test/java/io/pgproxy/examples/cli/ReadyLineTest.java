package io.pgproxy.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadyLineTest {

    @Test
    void itCanBePastedIntoAShell() {
        assertThat(ReadyLine.text(new HostPort("127.0.0.1", 6432), "shop", "shop"))
                .isEqualTo("ready: psql \"host=127.0.0.1 port=6432 user=shop dbname=shop\"");
    }

    @Test
    void namesThatLibpqOrTheShellWouldMisreadAreQuoted() {
        assertThat(ReadyLine.text(new HostPort("::1", 1), "o'hara", "my $db"))
                .isEqualTo("ready: psql \"host=::1 port=1 user='o\\\\'hara' dbname='my \\$db'\"");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:6432, 127.0.0.1, 6432",
        "0.0.0.0:0, 127.0.0.1, 0",
        "[::1]:5432, ::1, 5432",
        "[::]:5432, ::1, 5432",
        "localhost:1, localhost, 1"
    })
    void anAddressIsReadAndReachable(String text, String host, int port) {
        assertThat(HostPort.parse(text).reachableAt(port)).isEqualTo(new HostPort(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":5432", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "::1:5432", "h:1:2", "h:65536"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> HostPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no address to listen on");
    }
}
