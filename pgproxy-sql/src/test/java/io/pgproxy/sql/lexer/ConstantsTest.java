package io.pgproxy.sql.lexer;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConstantsTest {

    @Test
    void plainStrings() {
        assertThat(value("''")).isEmpty();
        assertThat(value("'it''s'")).isEqualTo("it's");
        assertThat(value("'a\\n'")).isEqualTo("a\\n");
        assertThat(value("'é'\n--'\n 'b'")).isEqualTo("éb");
        assertThat(value("'a'''\n'''b'")).isEqualTo("a''b");
    }

    @Test
    void plainStringsWhoseBackslashesEscape() {
        assertThat(Constants.string(Scanned.withBackslashes("'a\\'\\n'").tokens(), 0))
                .isEqualTo("a'\n");
    }

    @Test
    void escapeStrings() {
        assertThat(value("E'\\b\\f\\n\\r\\t'")).isEqualTo("\b\f\n\r\t");
        assertThat(value("E'\\a\\\\\\'\\\"\\\n\\é'")).isEqualTo("a\\'\"\né");
        assertThat(value("E'\\1011\\7a'")).isEqualTo("A1\u0007a");
        assertThat(value("E'\\x41g\\x4\\xg'")).isEqualTo("Ag\u0004xg");
        assertThat(value("E'\\u00e9\\U0001F600'")).isEqualTo("é\uD83D\uDE00");
        assertThat(value("E'\\uD83D\\uDE00\\uD83D\\U0000DE00'")).isEqualTo("\uD83D\uDE00\uD83D\uDE00");
        assertThat(value("E'\\303\\xA9'")).isEqualTo("é");
        assertThat(value("E'\\503\\xA9'"))
                .as("only eight bits of an octal number count")
                .isNull();
        assertThat(value("E'\\703\\xA9'")).isEqualTo("é");
        assertThat(value("E'a''b'\n'\\n'")).isEqualTo("a'b\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\0",
                "\\x00",
                "\\xE9",
                "\\xC3a",
                "\\u",
                "\\u12",
                "\\u123g",
                "\\U0000004",
                "\\u0000",
                "\\U00110000",
                "\\UFFFFFFFF",
                "\\uDE00",
                "\\uD83D",
                "\\uD83Da",
                "\\uD83D\\n",
                "\\uD83D\\u0041",
                "\\uD83D'\n'\\uDE00",
                "\\v"
            })
    void anEscapeThatTheServerRefusesOrThatDependsOnItsVersionHasNoValue(String body) {
        assertThat(value("E'" + body + "'")).isNull();
    }

    @Test
    void unicodeStrings() {
        assertThat(value("U&'d\\0061''\\+00000a'")).isEqualTo("da'\n");
        assertThat(value("U&'d'\n'\\0061'")).isEqualTo("da");
        assertThat(value("U&'d!0061' uescape '!'")).isEqualTo("da");
        assertThat(value("U&'d!0061' uescape 'a'")).isNull();
        assertThat(value("U&'\\00'")).isNull();
    }

    @Test
    void dollarStrings() {
        assertThat(value("$$$$")).isEmpty();
        assertThat(value("$$it's \\n$$")).isEqualTo("it's \\n");
        assertThat(value("$é$$a$$é$")).isEqualTo("$a$");
    }

    @Test
    void allElseIsNoString() {
        for (String sql : new String[] {"B'1'", "X'1'", "1", "a", "\"a\"", "$1", ""}) {
            assertThat(value(sql)).as(sql).isNull();
        }
    }

    private static @Nullable String value(String sql) {
        return Constants.string(Scanned.of(sql).tokens(), 0);
    }
}
