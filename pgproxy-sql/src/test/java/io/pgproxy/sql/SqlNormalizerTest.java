package io.pgproxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.corpus.ValidStatement;
import io.pgproxy.sql.lexer.LexerLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One text after the other, each as if it were alone. */
class SqlNormalizerTest {
    private final SqlNormalizer normalizer = new SqlNormalizer(LexerLimits.DEFAULT);

    @Test
    void itGivesWhatTheAnalyzerGives() {
        try (SqlAnalyzer analyzer = SqlAnalyzer.builder().build()) {
            for (ValidStatement valid : ValidStatement.all()) {
                for (AnalyzedStatement statement : analyzer.analyze(valid.sql()).statements()) {
                    assertThat(normalizer.normalized(statement.sql())).isEqualTo(statement.normalized());
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT a, 1 FROM t -- why | select a, ? from t",
                "select 'x' ;; | select ?",
                "SELECT Ünder, \"Quoted\", \"plain\" | select Ünder, \"Quoted\", plain",
                "/* nothing */ | ''"
            })
    void itLeavesOutConstantsCommentsAndTheEnd(String sql, String normalized) {
        assertThat(normalizer.normalized(sql)).isEqualTo(normalized);
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 'open", "select \"open", "/* open", "select '\ud83d'", "select $a$ open"})
    void whatCannotBeReadIsNotShown(String sql) {
        assertThat(normalizer.normalized(sql)).isEqualTo("unreadable");
        assertThat(normalizer.normalized("select 1")).isEqualTo("select ?");
    }

    @Test
    void aNameIsCutAsTheServerCutsIt() {
        assertThat(normalizer.normalized("select " + "n".repeat(70))).isEqualTo("select " + "n".repeat(63));
    }

    @Test
    void aLongTextIsReadWhole() {
        assertThat(normalizer.normalized("select " + "x, ".repeat(50_000) + "1"))
                .isEqualTo("select " + "x, ".repeat(50_000) + "?");
    }
}
