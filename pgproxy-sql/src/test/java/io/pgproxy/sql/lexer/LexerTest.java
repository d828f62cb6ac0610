package io.pgproxy.sql.lexer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.corpus.ValidStatement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LexerTest {
    @Test
    void everyStatementThatPostgresAcceptsIsReadToItsEnd() {
        List<String> broken = new ArrayList<>();
        for (ValidStatement statement : ValidStatement.all()) {
            Scanned scanned = Scanned.of(statement.sql());
            if (scanned.problem() != null) {
                broken.add(scanned.problem() + " in " + statement.source() + ": " + statement.sql());
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void wordsStringsAndOperatorsHaveTheirOffsets() {
        Scanned scanned = Scanned.of("select 'it''s'||$q$ ; $q$ /* a /* b */ c */ from\"T\"where a=-1");

        assertThat(scanned.words())
                .containsExactly("select", "'it''s'", "||", "$q$ ; $q$", "from", "\"T\"", "where", "a", "=", "-", "1");
    }

    @Test
    void behindTheLastTokenStandsTheEnd() {
        Tokens tokens = Scanned.of("a  ").tokens();

        assertThat(tokens.count()).isEqualTo(1);
        assertThat(tokens.kind(1)).isEqualTo(TokenKind.END);
        assertThat(tokens.start(1)).isEqualTo(3);
    }

    @Test
    void aTextWithoutTokensHasTheEndOnly() {
        assertThat(Scanned.of("").kinds()).isEmpty();
        assertThat(Scanned.of(" \t\r\n\f\u000b/* a */-- b").kinds()).isEmpty();
        assertThat(Scanned.of("").tokens().kind(0)).isEqualTo(TokenKind.END);
    }

    @Test
    void theTokensBeforeAProblemAreGiven() {
        Scanned scanned = Scanned.of("select a, 'b");

        assertThat(scanned.problem()).isEqualTo(LexicalProblem.UNTERMINATED_STRING);
        assertThat(scanned.words()).containsExactly("select", "a", ",");
        assertThat(scanned.tokens().start(3)).isEqualTo(10);
    }

    @Test
    void aLexerAndItsTokensMayBeUsedAgain() {
        Lexer lexer = new Lexer(LexerLimits.DEFAULT);
        Tokens tokens = new Tokens();

        lexer.read("(((('".getBytes(US_ASCII), true, tokens);
        lexer.read("a".getBytes(US_ASCII), true, tokens);

        assertThat(tokens.problem()).isNull();
        assertThat(tokens.count()).isEqualTo(1);
        assertThat(tokens.is(0, TokenKind.IDENTIFIER)).isTrue();
    }

    @Test
    void tokensTellNothingOfTheText() {
        assertThat(Scanned.of("select 'secret'").tokens()).hasToString("2 tokens");
    }
}
