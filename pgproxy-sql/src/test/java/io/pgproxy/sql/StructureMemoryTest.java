package io.pgproxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.corpus.ValidStatement;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import io.pgproxy.sql.structure.KnownTree;
import io.pgproxy.sql.structure.Relation;
import io.pgproxy.sql.structure.Span;
import io.pgproxy.sql.structure.SqlTree;
import io.pgproxy.sql.structure.UnknownTree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructureMemoryTest {
    private static final int EVERY = 11;

    private final SqlAnalyzer analyzer = SqlAnalyzer.builder().build();
    private final SqlAnalyzer fresh = SqlAnalyzer.builder().rememberedBytes(0).build();

    @AfterEach
    void close() {
        analyzer.close();
        fresh.close();
    }

    @Test
    void aStatementWithOtherConstantsHasTheSameStructureAtItsOwnPlaces() throws Exception {
        String first = "/* c */ select 1, 'a', t.x from app.orders t where y in (1, 22, 333) and z = 'long constant'";
        String second = "select 4711, 'b' , t.x from app.orders t where y in (1, 2, 3) and z = ''";

        assertThat(tree(analyzer, first)).isInstanceOf(KnownTree.class);
        KnownTree remembered = (KnownTree) tree(analyzer, second);

        assertThat(remembered).isEqualTo(tree(fresh, second));
        Relation orders = remembered.relations().get(0);
        assertThat(text(second, orders.span())).isEqualTo("app.orders");
        assertThat(text(second, orders.item())).isEqualTo("app.orders t");
    }

    @Test
    void everyRememberedStructureIsTheOneThatParsingGives() throws Exception {
        int known = 0;
        List<ValidStatement> statements = ValidStatement.all();
        for (int i = 0; i < statements.size(); i += EVERY) {
            String sql = statements.get(i).sql();
            String other = "/*€*/ select 1; " + withOtherConstants(sql) + " -- end";
            tree(analyzer, sql);
            List<AnalyzedStatement> both = analyzer.analyze(other).statements();
            SqlTree remembered = get(both.get(both.size() - 1));
            List<AnalyzedStatement> again = fresh.analyze(other).statements();
            SqlTree parsed = get(again.get(again.size() - 1));
            if (parsed instanceof KnownTree) {
                known++;
                assertThat(remembered).as(other).isEqualTo(parsed);
            } else {
                assertThat(((UnknownTree) remembered).reason()).as(other).isEqualTo(((UnknownTree) parsed).reason());
            }
        }
        assertThat(known).isGreaterThan(statements.size() / EVERY / 2);
    }

    @Test
    void theCharacterThatEscapesInANameIsNoConstant() throws Exception {
        KnownTree one = (KnownTree) tree(analyzer, "select 1 from u&\"!0061\" uescape '!'");
        KnownTree other = (KnownTree) tree(analyzer, "select 1 from u&\"!0061\" uescape '#'");

        assertThat(one.relations().get(0).name()).isEqualTo("a");
        assertThat(other.relations().get(0).name()).isEqualTo("!0061");
    }

    /** The kinds of tokens have names that are no keywords. */
    @ParameterizedTest
    @ValueSource(strings = {"STRING", "ESCAPE_STRING", "INTEGER", "NUMERIC"})
    void aColumnIsNoConstantWhateverItIsCalled(String name) throws Exception {
        String constant = name.equals("INTEGER") ? "1" : name.equals("NUMERIC") ? "1.5" : "'x'";
        tree(analyzer, "select " + (name.startsWith("ESCAPE") ? "e" : "") + constant + ", id from t");

        KnownTree column = (KnownTree) tree(analyzer, "select " + name + ", id from t");

        assertThat(column).isEqualTo(tree(fresh, "select " + name + ", id from t"));
    }

    @Test
    void aLongScriptIsNotHashedForEachOfItsStatements() throws Exception {
        String script = ("select a from t; /*" + "-".repeat(3_500) + "*/").repeat(4_000);
        try (SqlAnalyzer small = SqlAnalyzer.builder().rememberedBytes(1 << 20).build()) {
            long start = System.nanoTime();

            for (AnalyzedStatement statement : small.analyze(script).statements()) {
                assertThat(get(statement)).isInstanceOf(KnownTree.class);
            }

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    void aStatementKeepsItsStructureAndTheCacheCountsIt() throws Exception {
        String sql = "select a from t1 join t2 using (b) join t3 using (c)";
        analyzer.analyze(sql);
        AnalyzedStatement statement = analyzer.analyze(sql).statements().get(0);
        long before = analyzer.statistics().rememberedBytes();

        SqlTree tree = get(statement);

        assertThat(get(statement)).isSameAs(tree);
        assertThat(analyzer.statistics().rememberedBytes()).isGreaterThan(before + 500);
    }

    @Test
    void anAnalyzerThatIsClosedKnowsNoNewStructure() throws Exception {
        analyzer.close();

        SqlTree tree = tree(analyzer, "select a from t");

        assertThat(((UnknownTree) tree).reason()).isEqualTo(UnknownTree.Reason.CLOSED);
        assertThat(analyzer.analyze("select a from t").readsOnly()).isTrue();
    }

    /** Strings become longer, numbers shorter; what is a constant stays one of its kind. */
    private static String withOtherConstants(String sql) {
        Tokens tokens = new Tokens();
        new Lexer(LexerLimits.DEFAULT).read(sql.getBytes(StandardCharsets.UTF_8), true, tokens);
        StringBuilder other = new StringBuilder();
        for (int token = 0; token < tokens.count(); token++) {
            String text = new String(
                    tokens.text(),
                    tokens.start(token),
                    tokens.end(token) - tokens.start(token),
                    StandardCharsets.UTF_8);
            boolean plain = tokens.is(token, TokenKind.STRING) && !isEscape(tokens, token);
            other.append(plain ? "'" + text.substring(1, text.length() - 1) + " and more'" : text);
            other.append(tokens.is(token, TokenKind.INTEGER) ? "7 " : " ");
        }
        return other.toString();
    }

    private static boolean isEscape(Tokens tokens, int token) {
        return token > 0 && tokens.is(token - 1, Keyword.UESCAPE);
    }

    private static SqlTree tree(SqlAnalyzer analyzer, String sql) throws Exception {
        List<AnalyzedStatement> statements =
                new ArrayList<>(analyzer.analyze(sql).statements());
        return get(statements.get(0));
    }

    private static SqlTree get(AnalyzedStatement statement) throws Exception {
        return statement.tree().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static String text(String sql, Span span) {
        return SqlText.of(sql).string(span.start(), span.end());
    }
}
