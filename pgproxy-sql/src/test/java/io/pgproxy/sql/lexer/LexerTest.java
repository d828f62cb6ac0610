package io.pgproxy.sql.lexer;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.corpus.ValidStatement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LexerTest {
    @Test
    void everyStatementThatPostgresAcceptsIsReadToItsEnd() {
        List<String> broken = new ArrayList<>();
        for (ValidStatement statement : ValidStatement.all()) {
            Tokens tokens = read(statement.sql());
            if (tokens.problem() != null) {
                broken.add(tokens.problem() + " in " + statement.source() + ": " + statement.sql());
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void wordsStringsAndOperatorsHaveTheirOffsets() {
        Tokens tokens = read("select 'it''s'||$q$ ; $q$ /* a /* b */ c */ from\"T\"where a=-1");

        assertThat(words(tokens))
                .containsExactly("select", "'it''s'", "||", "$q$ ; $q$", "from", "\"T\"", "where", "a", "=", "-", "1");
    }

    private static Tokens read(String sql) {
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT).read(sql.getBytes(StandardCharsets.UTF_8), true, tokens);
        return tokens;
    }

    private static List<String> words(Tokens tokens) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < tokens.count(); i++) {
            words.add(new String(
                    tokens.text(), tokens.start(i), tokens.end(i) - tokens.start(i), StandardCharsets.UTF_8));
        }
        return words;
    }
}
