package io.pgproxy.sql.lexer;

import static io.pgproxy.sql.lexer.Scanned.assertOne;
import static io.pgproxy.sql.lexer.Scanned.assertWords;
import static io.pgproxy.sql.lexer.TokenKind.IDENTIFIER;
import static io.pgproxy.sql.lexer.TokenKind.KEYWORD;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void keywordsAreKnownInAnyCase() {
        assertThat(Scanned.of("sElEcT").tokens().keyword(0)).isEqualTo(Keyword.SELECT);
        assertThat(Scanned.of("current_timestamp").tokens().keyword(0)).isEqualTo(Keyword.CURRENT_TIMESTAMP);
        assertOne("selec", IDENTIFIER);
        assertOne("selects", IDENTIFIER);
        assertOne("select$", IDENTIFIER);
        assertOne("\"select\"", TokenKind.QUOTED_IDENTIFIER);
    }

    @Test
    void onlyTheLettersOfAsciiHaveTwoCases() {
        // The Kelvin sign, a dotless i, a long s: each of them is the letter in some other case to Java.
        assertOne("\u212aey", IDENTIFIER);
        assertOne("\u0131nto", IDENTIFIER);
        assertOne("\u017felect", IDENTIFIER);
        assertOne("KEY", KEYWORD);
        assertWords("[k`ey", "[", "k", "`", "ey");
    }

    @Test
    void eachKeywordIsFound() {
        for (Keyword keyword : Keyword.values()) {
            assertThat(Scanned.of(keyword.word()).tokens().keyword(0)).isEqualTo(keyword);
            assertThat(Scanned.of(keyword.name()).tokens().keyword(0)).isEqualTo(keyword);
            assertThat(Scanned.of(keyword.word() + "_").tokens().keyword(0)).isNull();
        }
    }

    @Test
    void whateverIsBeyondAsciiIsPartOfAName() {
        // No-break space, ideographic space, byte order mark, line separator, next line: blanks to others.
        for (String blank : new String[] {"\u00a0", "\u3000", "\ufeff", "\u2028", "\u0085", "\u200b", "\ud83d\ude00"}) {
            assertOne("a" + blank + "b", IDENTIFIER);
            assertOne(blank, IDENTIFIER);
            assertOne(blank + "select", IDENTIFIER);
        }
    }

    @Test
    void namesBeginWithALetterOrAnUnderscore() {
        assertOne("_", IDENTIFIER);
        assertOne("_1$", IDENTIFIER);
        assertOne("a1", IDENTIFIER);
        assertWords("a.b", "a", ".", "b");
        assertWords("a-b", "a", "-", "b");
    }
}
