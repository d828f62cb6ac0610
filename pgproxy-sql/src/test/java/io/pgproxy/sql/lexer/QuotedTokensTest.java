package io.pgproxy.sql.lexer;

import static io.pgproxy.sql.lexer.LexicalProblem.EMPTY_IDENTIFIER;
import static io.pgproxy.sql.lexer.LexicalProblem.UNEXPECTED_CHARACTER;
import static io.pgproxy.sql.lexer.LexicalProblem.UNSAFE_UNICODE_STRING;
import static io.pgproxy.sql.lexer.LexicalProblem.UNTERMINATED_IDENTIFIER;
import static io.pgproxy.sql.lexer.LexicalProblem.UNTERMINATED_STRING;
import static io.pgproxy.sql.lexer.Scanned.assertOne;
import static io.pgproxy.sql.lexer.Scanned.assertProblem;
import static io.pgproxy.sql.lexer.Scanned.assertWords;
import static io.pgproxy.sql.lexer.TokenKind.BIT_STRING;
import static io.pgproxy.sql.lexer.TokenKind.DOLLAR_STRING;
import static io.pgproxy.sql.lexer.TokenKind.ESCAPE_STRING;
import static io.pgproxy.sql.lexer.TokenKind.HEX_STRING;
import static io.pgproxy.sql.lexer.TokenKind.QUOTED_IDENTIFIER;
import static io.pgproxy.sql.lexer.TokenKind.STRING;
import static io.pgproxy.sql.lexer.TokenKind.UNICODE_IDENTIFIER;
import static io.pgproxy.sql.lexer.TokenKind.UNICODE_STRING;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTokensTest {

    @Test
    void aDoubledQuoteIsPartOfTheString() {
        assertOne("''", STRING);
        assertOne("'a''b'", STRING);
        assertOne("''''", STRING);
        assertOne("'a;--/*\"$$'", STRING);
        assertWords("'a' 'b'", "'a'", "'b'");
    }

    @Test
    void aBackslashInAPlainStringIsJustOne() {
        assertWords("'\\'a", "'\\'", "a");
        assertProblem("'\\''", UNTERMINATED_STRING);
    }

    @Test
    void aBackslashInAPlainStringEscapesIfTheServerIsSetSo() {
        assertThat(Scanned.withBackslashes("'\\'; drop table t; --'").words())
                .containsExactly("'\\'; drop table t; --'");
        assertThat(Scanned.withBackslashes("n'\\''").words()).containsExactly("n", "'\\''");
        assertThat(Scanned.withBackslashes("'a'\n'\\''").words()).containsExactly("'a'\n'\\''");
        assertThat(Scanned.withBackslashes("'\\'").problem()).isEqualTo(UNTERMINATED_STRING);
    }

    @Test
    void aBackslashEscapesInAnEscapeString() {
        assertOne("E'\\''", ESCAPE_STRING);
        assertOne("e'\\\\'", ESCAPE_STRING);
        assertOne("E'a''b\\''", ESCAPE_STRING);
        assertOne("E'\\\n\\é'", ESCAPE_STRING);
        assertWords("E'\\\\' ''", "E'\\\\'", "''");
        assertProblem("E'\\'", UNTERMINATED_STRING);
        assertProblem("E'\\", UNTERMINATED_STRING);
    }

    @Test
    void onlyALineEndLetsAStringGoOn() {
        assertOne("'a'\n'b'", STRING);
        assertOne("'a'\r'b'", STRING);
        assertOne("'a' \t\f\r\n \n'b'", STRING);
        assertOne("'a'\n'b'\n'c'", STRING);
        assertOne("'a' -- it's\n'b'", STRING);
        assertOne("'a'\n-- it's\n -- too\r'b'", STRING);
        assertWords("'a'\f'b'", "'a'", "'b'");
        assertWords("'a'\n/* c */'b'", "'a'", "'b'");
        assertWords("'a'\n- 'b'", "'a'", "-", "'b'");
        assertWords("'a'\n--'b'", "'a'");
        assertWords("'a'\n\"b\"", "'a'", "\"b\"");
    }

    @Test
    void eachFormOfStringGoesOnInItsOwnWay() {
        assertOne("E'a'\n'\\''", ESCAPE_STRING);
        assertOne("U&'a'\n'b'", UNICODE_STRING);
        assertOne("B'1'\n'0'", BIT_STRING);
        assertOne("X'1'\n'f'", HEX_STRING);
        assertWords("'a'\nE'b'", "'a'", "E'b'");
        assertWords("$$a$$\n'b'", "$$a$$", "'b'");
        assertWords("'a'\n'\\'b", "'a'\n'\\'", "b");
    }

    @Test
    void bitStringsHaveNoDoubledQuotes() {
        assertOne("b'10'", BIT_STRING);
        assertOne("x'1F'", HEX_STRING);
        assertWords("B'1''0'", "B'1'", "'0'");
        assertWords("X'1''0'", "X'1'", "'0'");
        assertWords("B'\\'a", "B'\\'", "a");
        assertThat(Scanned.withBackslashes("X'\\'a").words()).containsExactly("X'\\'", "a");
    }

    @Test
    void aNationalStringIsTheWordNcharAndAString() {
        Tokens tokens = Scanned.of("n'a'").tokens();

        assertThat(tokens.keyword(0)).isEqualTo(Keyword.NCHAR);
        assertThat(tokens.end(0)).isEqualTo(1);
        assertThat(tokens.kind(1)).isEqualTo(STRING);
    }

    @Test
    void aPrefixIsOneLetterRightBeforeTheQuote() {
        assertWords("E 'a'", "E", "'a'");
        assertWords("ee'a'", "ee", "'a'");
        assertWords("a'b'", "a", "'b'");
        assertWords("u'a'", "u", "'a'");
        assertWords("e&'a'", "e", "&", "'a'");
        assertWords("_e'a'", "_e", "'a'");
        assertWords("E\"a\"", "E", "\"a\"");
    }

    @Test
    void unicodeStringsAndNames() {
        assertOne("U&'\\0041'", UNICODE_STRING);
        assertOne("u&'a''b'", UNICODE_STRING);
        assertOne("u&\"a\"\"b\"", UNICODE_IDENTIFIER);
        assertWords("U&'\\'a", "U&'\\'", "a");
        assertWords("U&\"a\" UESCAPE '!'", "U&\"a\"", "UESCAPE", "'!'");
        assertWords("u& 'a'", "u", "&", "'a'");
        assertWords("u&a", "u", "&", "a");
        assertWords("u&&'a'", "u", "&&", "'a'");
        assertWords("au&'a'", "au", "&", "'a'");
    }

    @Test
    void unicodeStringsAreRefusedWhileBackslashesEscape() {
        assertThat(Scanned.withBackslashes("U&'a'").problem()).isEqualTo(UNSAFE_UNICODE_STRING);
        assertThat(Scanned.withBackslashes("U&\"a\"").kinds()).containsExactly(UNICODE_IDENTIFIER);
    }

    @Test
    void quotedNames() {
        assertOne("\"a\"", QUOTED_IDENTIFIER);
        assertOne("\"a\"\"b\"", QUOTED_IDENTIFIER);
        assertOne("\"\"\"\"", QUOTED_IDENTIFIER);
        assertOne("\" ' \\ \n\"", QUOTED_IDENTIFIER);
        assertWords("\"a\" \"b\"", "\"a\"", "\"b\"");
        assertWords("\"a\"\n\"b\"", "\"a\"", "\"b\"");
        assertProblem("\"\"", EMPTY_IDENTIFIER);
        assertProblem("U&\"\"", EMPTY_IDENTIFIER);
        assertProblem("\"\"\"", UNTERMINATED_IDENTIFIER);
        assertProblem("\"a", UNTERMINATED_IDENTIFIER);
        assertProblem("U&\"a", UNTERMINATED_IDENTIFIER);
    }

    @Test
    void dollarQuotesEndWithTheirOwnTagOnly() {
        assertOne("$$$$", DOLLAR_STRING);
        assertOne("$$a'b\"--/*$$", DOLLAR_STRING);
        assertOne("$a$ $$ $A$ $b$a$", DOLLAR_STRING);
        assertOne("$a$ $a $a$", DOLLAR_STRING);
        assertOne("$a1_$b$a1_$", DOLLAR_STRING);
        assertOne("$é$ $e$ $é$", DOLLAR_STRING);
        assertOne("$\u00a0$ $\u00a0$", DOLLAR_STRING);
        assertOne("$a$$a$", DOLLAR_STRING);
        assertWords("$$a$$b$$c$$", "$$a$$", "b$$c$$");
        assertProblem("$a$ $A$", UNTERMINATED_STRING);
        assertProblem("$$ $", UNTERMINATED_STRING);
    }

    @Test
    void aDollarBelongsToTheNameBeforeItAndNotToANumber() {
        assertWords("a$$b$$", "a$$b$$");
        assertWords("1$$a$$", "1", "$$a$$");
        assertWords("$1$$a$$", "$1", "$$a$$");
        assertWords("'a'$$b$$", "'a'", "$$b$$");
        assertProblem("$a", UNEXPECTED_CHARACTER);
        assertProblem("$ a$", UNEXPECTED_CHARACTER);
        assertProblem("$", UNEXPECTED_CHARACTER);
        assertProblem("$a-b$ $a-b$", UNEXPECTED_CHARACTER);
    }
}
