package io.pgproxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.LexicalProblem;
import io.pgproxy.sql.structure.KnownTree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SqlAnalyzerTest {
    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();

    @AfterEach
    void close() {
        analyzer.close();
    }

    @Test
    void aTextIsRememberedFromItsSecondTimeOn() {
        SqlAnalysis first = analyzer.analyze("select 1");
        SqlAnalysis second = analyzer.analyze("select 1");

        assertThat(second).isNotSameAs(first);
        assertThat(analyzer.analyze("select 1")).isSameAs(second);
        assertThat(analyzer.analyze(bytes("xselect 1y"), 1, 9, true)).isSameAs(second);
        assertThat(analyzer.analyze("select 2")).isNotSameAs(second);
    }

    @Test
    void theSameTextReadsOtherwiseWithAnotherSetting() {
        String sql = "select '\\'; delete from t; --'";
        for (int i = 0; i < 3; i++) {
            assertThat(analyzer.analyze(sql, true).statements()).hasSize(2);
            assertThat(analyzer.analyze(sql, false).statements()).hasSize(1);
        }
    }

    @Test
    void stringsAndTheirBytesAreOneText() {
        String sql = "select 'ä€😀' as \"ß\"";
        analyzer.analyze(sql);
        SqlAnalysis known = analyzer.analyze(sql);

        byte[] bytes = bytes(sql);
        assertThat(analyzer.analyze(bytes, 0, bytes.length, true)).isSameAs(known);
        assertThat(known.text().string()).isEqualTo(sql);
        int label = sql.indexOf("\"ß\"");
        AnalyzedStatement statement = known.statements().get(0);
        assertThat(known.text().characterOffset(statement.end())).isEqualTo(label + 3);
    }

    @Test
    void halfASurrogatePairIsNeverUnderstood() {
        SqlAnalysis analysis = analyzer.analyze("select '\ud83d'");

        assertThat(analysis.problem()).isEqualTo(LexicalProblem.INVALID_UTF8);
        assertThat(analysis.access()).isEqualTo(Access.UNKNOWN);
        assertThat(analyzer.analyze("select '?'").access()).isEqualTo(Access.READ);
    }

    @Test
    void statementsKeepTheirPlacesAndComments() {
        String sql =
                "/* pgproxy: writer */ -- really\n select 1 /*traceparent='00-1'*/; ; /* two */delete from t;-- end";
        List<AnalyzedStatement> statements = analyzer.analyze(sql).statements();

        assertThat(statements).extracting(AnalyzedStatement::sql).containsExactly("select 1", "delete from t");
        assertThat(statements.get(0).leadingComments())
                .extracting(Comment::body)
                .containsExactly("pgproxy: writer", "really");
        assertThat(statements.get(0).trailingComments())
                .extracting(Comment::body)
                .containsExactly("traceparent='00-1'");
        assertThat(statements.get(1).leadingComments())
                .extracting(Comment::body)
                .containsExactly("two");
        assertThat(statements.get(1).trailingComments())
                .extracting(Comment::body)
                .containsExactly("end");
        assertThat(statements.get(1).leadingComments().get(0).start()).isEqualTo(sql.indexOf("/* two"));
    }

    @Test
    void moreCommentsThanAnybodyWritesAreNone() {
        String most = "/**/".repeat(4096);
        AnalyzedStatement statement =
                analyzer.analyze(most + "select 1" + most).statements().get(0);
        AnalyzedStatement more =
                analyzer.analyze(most + " select 1 " + most).statements().get(0);

        assertThat(statement.leadingComments()).hasSize(4096);
        assertThat(statement.trailingComments()).hasSize(4096);
        assertThat(more.leadingComments()).isEmpty();
        assertThat(more.trailingComments()).isEmpty();
    }

    @Test
    void aTextIsAsStrictAsItsStrictestStatement() {
        assertThat(analyzer.analyze("select 1; select 2").readsOnly()).isTrue();
        assertThat(analyzer.analyze("select 1; delete from t").access()).isEqualTo(Access.WRITE);
        assertThat(analyzer.analyze("select 1; select 'open").access()).isEqualTo(Access.UNKNOWN);
        assertThat(analyzer.analyze("select (1; drop table t)").access()).isEqualTo(Access.UNKNOWN);
        assertThat(analyzer.analyze(" ; -- nothing").access()).isEqualTo(Access.NONE);
    }

    @Test
    void statementsThatDifferInConstantsShareAFingerprintAndKindsNever() {
        assertThat(fingerprint("select * from t where a in (1, 2) -- x"))
                .isEqualTo(fingerprint("SELECT * FROM \"t\" WHERE a IN ($1)"))
                .isNotEqualTo(fingerprint("select * from \"T\" where a in (1, 2)"));
        assertThat(fingerprint("select a from t")).isNotEqualTo(fingerprint("select a from t for update"));
        assertThat(fingerprint("select 'open")).isNotEqualTo(fingerprint("select 'opened"));
        Fingerprint fingerprint = fingerprint("select 1");
        assertThat(Fingerprint.parse(fingerprint.toString())).isEqualTo(fingerprint);
    }

    @Test
    void noValueIsShownByAccident() {
        SqlAnalysis analysis = analyzer.analyze("/*secret*/ set x = 'secret'; select 'secret' as secret");

        assertThat(analysis.toString()
                        + analysis.text()
                        + analysis.statements()
                        + analysis.statements().get(0).facts())
                .doesNotContain("secret");
        assertThat(analysis.statements().get(0).leadingComments().toString()).doesNotContain("secret");
        assertThat(analysis.statements().get(0).facts().effects().toString()).doesNotContain("secret");
        assertThat(analysis.statements().get(1).normalized()).isEqualTo("select ? as secret");
    }

    @Test
    void whatIsTooMuchIsSaidAndNotRead() {
        try (SqlAnalyzer strict =
                SqlAnalyzer.builder().limits(new LexerLimits(100, 20, 3)).build()) {
            assertThat(strict.analyze("select " + "1".repeat(100)).problem()).isEqualTo(LexicalProblem.TOO_LONG);
            assertThat(strict.analyze("select " + "1,".repeat(20)).problem()).isEqualTo(LexicalProblem.TOO_MANY_TOKENS);
            assertThat(strict.analyze("select ((((1))))").problem()).isEqualTo(LexicalProblem.TOO_DEEP);
            assertThat(strict.analyze("select ((((1))))").access()).isEqualTo(Access.UNKNOWN);
        }
    }

    @Test
    void theMemoryStaysInItsBounds() {
        long bound = 1 << 20;
        try (SqlAnalyzer small = SqlAnalyzer.builder().rememberedBytes(bound).build()) {
            for (int i = 0; i < 20_000; i++) {
                String sql = "select a, b, c, lower(d) from some_table where number = " + i;
                small.analyze(sql);
                small.analyze(sql);
            }
            AnalyzerStatistics statistics = small.statistics();
            assertThat(statistics.rememberedBytes()).isBetween(bound / 2, bound);
            assertThat(statistics.rememberedTexts()).isBetween(bound / 1000, bound / 200);
        }
    }

    /** Only what is read to its end has all of the parser loaded. */
    @Test
    void whatWarmsItUpIsRead() {
        assertThat(analyzer.analyze(SqlAnalyzer.USUAL).statements())
                .singleElement()
                .satisfies(usual -> assertThat(usual.tree())
                        .succeedsWithin(Duration.ofMinutes(1))
                        .isInstanceOf(KnownTree.class));
    }

    private Fingerprint fingerprint(String sql) {
        return analyzer.analyze(sql).statements().get(0).fingerprint();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
