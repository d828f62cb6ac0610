package io.pgproxy.sql.lexer;

import static io.pgproxy.sql.lexer.LexicalProblem.TRAILING_JUNK;
import static io.pgproxy.sql.lexer.Scanned.assertOne;
import static io.pgproxy.sql.lexer.Scanned.assertProblem;
import static io.pgproxy.sql.lexer.Scanned.assertWords;
import static io.pgproxy.sql.lexer.TokenKind.INTEGER;
import static io.pgproxy.sql.lexer.TokenKind.NUMERIC;
import static io.pgproxy.sql.lexer.TokenKind.PARAMETER;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "42", "00", "99999999999999999999"})
    void integers(String number) {
        assertOne(number, INTEGER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.", ".5", "1.5", "1e5", "1E+5", "1e-5", "1.e5", ".5e5", "1.5e5"})
    void numbersWithADotOrAnExponent(String number) {
        assertOne(number, NUMERIC);
    }

    @Test
    void dotsBetweenNumbers() {
        assertWords("1..10", "1", "..", "10");
        assertWords("1...5", "1", "..", ".5");
        assertWords("1.5.5", "1.5", ".5");
        assertWords("1.5..2", "1.5", "..", "2");
        assertWords("1.5e-3..2", "1.5e-3", "..", "2");
        assertWords("1e5..2", "1e5", "..", "2");
        assertWords("a.5", "a", ".5");
        assertWords("1.-1", "1.", "-", "1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1into",
                "1e",
                "1e+",
                "1e-x",
                "1.e",
                "1.5a",
                "1e5a",
                "1.5e5a",
                "1é",
                "1_",
                "1__0",
                "1_a",
                "1._5",
                "0x",
                "0xg",
                "0o8",
                "0b2",
                "0x_",
                "0b12",
                "0o18",
                "0x1g",
                "0x1_",
                "$1a",
                "$1é",
                "0x1$",
                "0x1$$a$$",
                "1_0$",
                "1e5$",
                "1_0..5",
                "0x\u00a0"
            })
    void whatRunsIntoANumberIsJunk(String number) {
        assertProblem(number, TRAILING_JUNK);
        assertThat(Scanned.from(18, number).problem()).isEqualTo(TRAILING_JUNK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x1F", "0XaB_c", "0x_1", "0o17", "0O7_0", "0b101", "0B1_1", "1_000", "1_0_0"})
    void integersWithABaseOrUnderscoresFrom16On(String number) {
        assertThat(Scanned.from(15, number).problem()).isEqualTo(TRAILING_JUNK);
        assertThat(Scanned.from(16, number).kinds()).containsExactly(INTEGER);
        assertThat(Scanned.of(number).kinds()).containsExactly(INTEGER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1_0.5", "1.5_0", ".5_0", "1e1_0", "1_0e5", "1_0."})
    void numbersWithUnderscoresFrom16On(String number) {
        assertThat(Scanned.from(15, number).problem()).isEqualTo(TRAILING_JUNK);
        assertThat(Scanned.from(16, number).kinds()).containsExactly(NUMERIC);
    }

    @Test
    void whatFollowsAHexadecimalNumber() {
        assertWords("0x1.5", "0x1", ".5");
        assertWords("0x1e5", "0x1e5");
        assertWords("0x1-0b1", "0x1", "-", "0b1");
    }

    @Test
    void parametersWithUnderscoresAreThoseOf16() {
        assertOne("$1_0", PARAMETER);
        assertThat(Scanned.from(15, "$1_0").problem()).isEqualTo(TRAILING_JUNK);
    }

    @Test
    void parameters() {
        assertOne("$1", PARAMETER);
        assertOne("$0", PARAMETER);
        assertOne("$99999999999", PARAMETER);
        assertWords("$1.5", "$1", ".5");
        assertWords("$1$2", "$1", "$2");
    }
}
