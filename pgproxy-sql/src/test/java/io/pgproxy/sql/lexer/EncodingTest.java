package io.pgproxy.sql.lexer;

import static io.pgproxy.sql.lexer.LexicalProblem.INVALID_UTF8;
import static io.pgproxy.sql.lexer.LexicalProblem.UNEXPECTED_CHARACTER;
import static io.pgproxy.sql.lexer.LexicalProblem.ZERO_BYTE;
import static io.pgproxy.sql.lexer.Scanned.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodingTest {
    @ParameterizedTest
    @ValueSource(strings = {"\\", "{", "}", "\u0001", "\u001f", "\u007f", "a \\d", "\u001c"})
    void charactersThatBeginNoToken(String character) {
        assertProblem(character, UNEXPECTED_CHARACTER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "C1BF",
                "C0AF",
                "E0809F",
                "EDA080",
                "EDBFBF",
                "F08FBFBF",
                "F4908080",
                "F5808080",
                "FF",
                "FE",
                "C3",
                "E4B8",
                "F09F98",
                "C328",
                "E4B828"
            })
    void textThatIsNotUtf8IsRefusedWherever(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        for (String form : new String[] {"?", "'?'", "\"?\"", "/*?*/", "--?", "$$?$$", "$?$", "select 12345678 ?"}) {
            assertThat(Scanned.of(with(form, bytes)).problem()).as(form).isEqualTo(INVALID_UTF8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"C280", "DFBF", "E0A080", "ED9FBF", "EE8080", "EFBFBF", "F0908080", "F48FBFBF", "7F"})
    void theFirstAndTheLastCharactersOfEachLengthAreFine(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        for (String form : new String[] {"'?'", "/*?*/", "select 12345678 '?'", "--1234567?1234567"}) {
            assertThat(Scanned.of(with(form, bytes)).problem()).as(form).isNull();
        }
    }

    @Test
    void aZeroIsRefusedWherever() {
        for (String form : new String[] {"?", "'?'", "/*?*/", "--?", "select 1 ?", "'12345678?12345678'", "é?"}) {
            assertThat(Scanned.of(with(form, new byte[1])).problem()).as(form).isEqualTo(ZERO_BYTE);
        }
    }

    /** The bytes instead of the question mark. */
    private static byte[] with(String form, byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte c : form.getBytes(UTF_8)) {
            if (c == '?') {
                out.writeBytes(bytes);
            } else {
                out.write(c);
            }
        }
        return out.toByteArray();
    }
}
