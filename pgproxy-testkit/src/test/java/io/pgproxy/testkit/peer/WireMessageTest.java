package io.pgproxy.testkit.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WireMessageTest {

    @Test
    void errorFieldsAreFoundByTheirCode() {
        WireMessage error = message('E', "SFATAL\0VFATAL\0C57P01\0Mbye\0\0");
        assertThat(error.severity()).isEqualTo("FATAL");
        assertThat(error.sqlState()).isEqualTo("57P01");
        assertThat(error.text()).isEqualTo("bye");
        assertThat(error.field('D')).isNull();
        assertThat(error).hasToString("E(FATAL 57P01 bye)");
    }

    @Test
    void fieldsWithoutAnEndAreReadAsFarAsTheyGo() {
        assertThat(message('E', "C57P").sqlState()).isEqualTo("57P");
        assertThat(message('E', "C").sqlState()).isEmpty();
        assertThat(message('E', "").sqlState()).isNull();
    }

    @Test
    void otherMessagesHaveNoFields() {
        assertThatThrownBy(() -> message('C', "SELECT 1\0").sqlState()).isInstanceOf(IllegalStateException.class);
        assertThat(message('C', "SELECT 1\0").string()).isEqualTo("SELECT 1");
    }

    @Test
    void theBytesAreThoseOfTheWire() {
        assertThat(new String(message('Z', "I").bytes(), ISO_8859_1)).isEqualTo("Z\0\0\0\5I");
        assertThat(message('Z', "I"))
                .isEqualTo(message('Z', "I"))
                .hasSameHashCodeAs(message('Z', "I"))
                .isNotEqualTo(message('Z', "T"))
                .isNotEqualTo(message('z', "I"))
                .hasToString("Z(I)");
    }

    private static WireMessage message(char tag, String body) {
        return new WireMessage(tag, body.getBytes(ISO_8859_1));
    }
}
