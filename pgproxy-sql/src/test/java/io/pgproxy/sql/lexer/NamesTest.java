package io.pgproxy.sql.lexer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "abc        | abc",
                "AbC_1$     | abc_1$",
                "Éa         | Éa",
                "SELECT     | select",
                "\"AbC\"    | AbC",
                "\"a\"\"B\" | a\"B",
                "\" \"      | ` `",
                "\"\\0041\" | \\0041",
                "U&\"AbC\"  | AbC",
                "u&\"d\\0061t\\+000061\" | data",
                "u&\"a\\\\b\" | a\\b",
                "u&\"a\"\"b\" | a\"b",
                "u&\"\\D83D\\DE00\" | \uD83D\uDE00",
                "u&\"\\+00D83D\\DE00\" | \uD83D\uDE00",
                "u&\"\\+01F600\" | \uD83D\uDE00",
                "u&\"\\00c9\" | É",
            })
    void eachFormOfNameStandsForWhatTheServerTakesIt(String sql, String name) {
        assertThat(name(sql)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UESCAPE '!'",
                "uescape\n--c\n'!'",
                "UESCAPE E'!'",
                "UESCAPE e'\\x21'",
                "UESCAPE E'\\41'",
                "UESCAPE E'\\u0021'",
                "UESCAPE $$!$$",
                "UESCAPE $a$!$a$",
                "UESCAPE '!'\n''",
                "UESCAPE ''\n'!'"
            })
    void theEscapeCharacterMayBeAnySimpleString(String escape) {
        assertThat(name("U&\"d!0061\\!!\" " + escape)).isEqualTo("da\\!");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UESCAPE",
                "UESCAPE ''",
                "UESCAPE '!!'",
                "UESCAPE '+'",
                "UESCAPE 'a'",
                "UESCAPE '0'",
                "UESCAPE ''''",
                "UESCAPE '\"'",
                "UESCAPE ' '",
                "UESCAPE '\t'",
                "UESCAPE 'é'",
                "UESCAPE U&'!'",
                "UESCAPE N'!'",
                "UESCAPE B'!'",
                "UESCAPE 1",
                "UESCAPE a",
                "UESCAPE E'\\v'",
                "UESCAPE E'\\xZ'",
                "UESCAPE E'\\u12'"
            })
    void anotherEscapeCharacterIsNotKnown(String escape) {
        assertThat(name("U&\"d!0061\" " + escape)).isNull();
    }

    @Test
    void theEscapeCharacterDependsOnWhatABackslashIs() {
        assertThat(name("U&\"d!0061\" UESCAPE '\\!'")).isNull();
        assertThat(Names.name(
                        Scanned.withBackslashes("U&\"d!0061\" UESCAPE '\\!'").tokens(), 0))
                .isEqualTo("da");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\",
                "\\1",
                "\\006",
                "\\006g",
                "\\+00006",
                "\\0000",
                "\\+000000",
                "\\+110000",
                "\\D83D",
                "\\DE00",
                "\\D83D\\D83D\\DE00",
                "\\D83Da",
                "\\D83D\uD83D\uDE00",
                "\\D83D\\\\",
                "\\00\u0661\u0661"
            })
    void anEscapeThatTheServerRefusesMakesNoName(String body) {
        assertThat(name("U&\"" + body + "\"")).isNull();
    }

    @Test
    void whatIsNoNameHasNone() {
        assertThat(name("'a'")).isNull();
        assertThat(name("1")).isNull();
        assertThat(name("*")).isNull();
        assertThat(name("")).isNull();
    }

    @Test
    void namesAreCutAt63BytesButNotWithinACharacter() {
        String long62 = "a".repeat(62);

        assertThat(name(long62 + "bc")).isEqualTo(long62 + "b");
        assertThat(name("\"" + long62 + "BC\"")).isEqualTo(long62 + "B");
        assertThat(name(long62 + "é")).isEqualTo(long62);
        assertThat(name("\"" + "a".repeat(60) + "\uD83D\uDE00b\"")).isEqualTo("a".repeat(60));
        assertThat(name("U&\"" + "\\0061".repeat(70) + "\"")).isEqualTo("a".repeat(63));
        assertThat(name("é".repeat(40))).isEqualTo("é".repeat(31));
    }

    private static String name(String sql) {
        return Names.name(Scanned.of(sql).tokens(), 0);
    }
}
