package io.pgproxy.sql.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.SqlText;
import io.pgproxy.sql.structure.Rewrite.Problem;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewriterTest {
    private static Rewrite rewrite(String sql, Splice... splices) {
        return Rewriter.rewrite(SqlText.of(sql), true, List.of(splices));
    }

    private static String rewritten(String sql, Splice... splices) {
        Rewrite rewrite = rewrite(sql, splices);
        if (rewrite instanceof Rewrite.Rewritten done) {
            return done.text().string();
        }
        throw new AssertionError(rewrite);
    }

    /** In place of {@code [here]} comes what stands behind the bar. */
    private static Rewrite marked(String marked, String text) {
        int start = marked.indexOf('[');
        int end = marked.indexOf(']') - 1;
        return rewrite(marked.replaceFirst("\\[", "").replaceFirst("]", ""), new Splice(start, end, text));
    }

    @Test
    void splicesComeInAnyOrderAndTheRestStays() {
        String sql = "SELECT  a /* é */ FROM t -- end\nWHERE b";
        int table = "SELECT  a /* é  */ FROM ".length();
        int end = table + "t -- end\nWHERE b".length();

        String result = rewritten(
                sql,
                Splice.insert(end, " AND (c)"),
                Splice.replace(new Span(table, table + 1), "(SELECT * FROM t) AS t"));

        assertThat(result).isEqualTo("SELECT  a /* é */ FROM (SELECT * FROM t) AS t -- end\nWHERE b AND (c)");
    }

    @Test
    void nothingSplicedIsTheSameText() {
        assertThat(rewritten("SELECT 1;  SELECT 2")).isEqualTo("SELECT 1;  SELECT 2");
    }

    @Test
    void somethingMayGo() {
        assertThat(marked("SELECT 1[ FOR UPDATE]", "")).isEqualTo(new Rewrite.Rewritten(SqlText.of("SELECT 1")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "select a[] | b | TOKENS_CHANGED",
                "select a -[] 1 | - x | TOKENS_CHANGED",
                "select a -[] | -x | TOKENS_CHANGED",
                "select a[] - 1 | -- | TOKENS_CHANGED",
                "select a[] from t | , b -- c | TOKENS_CHANGED",
                "select a /[] 1 | * | TOKENS_CHANGED",
                "select 'a'[] | 'b' | TOKENS_CHANGED",
                "select 'a' -- x\\n[] from t | 'b' | TOKENS_CHANGED",
                "select 1[] | 2 | TOKENS_CHANGED",
                "select 1[] | .5 | TOKENS_CHANGED",
                "select $1[] | 2 | TOKENS_CHANGED",
                "select [] 'a' | e | OK",
                "select []'a' | e | TOKENS_CHANGED",
                "select [] a\" | 1 | UNREADABLE_ORIGINAL",
                "select u&'d!0061'[] | UESCAPE '!' | TOKENS_CHANGED",
                "select []uescape '!' | u&'x' | TOKENS_CHANGED",
                "select a <[] b | > c | TOKENS_CHANGED",
                "select a:[] | :int | TOKENS_CHANGED",
                "select a -- x[]\\n from t | y | TOKENS_CHANGED",
                "select a -- x[\\n] from t | y | TOKENS_CHANGED",
                "select a /* x[] */ from t | */ , b /* | UNREADABLE_SPLICE",
                "select a /* x[] */ from t | */ , b | TOKENS_CHANGED",
                "select [a] from t | 'x | UNREADABLE_SPLICE",
                "select [a] from t | /* x | UNREADABLE_SPLICE",
                "select [a] from t | $x$ | UNREADABLE_SPLICE",
                "select [a] from t | 1; drop table t | SEMICOLON",
                "select 1[;] select 2 | , | SEMICOLON",
                "select [a] from t | (1 | UNBALANCED",
                "select [a] from t | 1) from u where (true | UNBALANCED",
                "select [a] from t | a[1) | UNBALANCED",
                "select f[(]a) | x | UNBALANCED",
                "select a[b] from t | x | WITHIN_TOKEN",
                "select 'a[]b' | x | WITHIN_TOKEN",
                "select [a b]c from t | x | WITHIN_TOKEN",
                "select 'a' -- [] x\\n 'b' | y | WITHIN_TOKEN"
            })
    void aSpliceStaysWithinItsPlace(String marked, String text, String outcome) {
        Rewrite rewrite = marked(marked.replace("\\n", "\n"), text);

        if (outcome.equals("OK")) {
            assertThat(rewrite).isInstanceOf(Rewrite.Rewritten.class);
        } else {
            assertThat(rewrite)
                    .isInstanceOfSatisfying(
                            Rewrite.Refused.class,
                            refused -> assertThat(refused.problem()).isEqualTo(Problem.valueOf(outcome)));
        }
    }

    @Test
    void splicesMayNotOverlapOrLieOutside() {
        assertThat(rewrite("select a, b", new Splice(7, 10, "x"), new Splice(8, 11, "y")))
                .isEqualTo(new Rewrite.Refused(Problem.OVERLAPPING, 1));
        assertThat(rewrite("select a, b", Splice.insert(8, " x"), Splice.insert(8, " y")))
                .isEqualTo(new Rewrite.Refused(Problem.OVERLAPPING, 1));
        assertThat(rewrite("select a", Splice.insert(9, " x"))).isEqualTo(new Rewrite.Refused(Problem.OUTSIDE, 0));
    }

    @Test
    void whatTheServerWouldNotReadIsUnreadable() {
        assertThat(rewrite("select a", Splice.insert(8, " \0")))
                .isEqualTo(new Rewrite.Refused(Problem.UNREADABLE_SPLICE, 0));
        assertThat(rewrite("select a", Splice.insert(8, " \"\ud800\"")))
                .isEqualTo(new Rewrite.Refused(Problem.UNREADABLE_SPLICE, 0));
    }

    @Test
    void backslashesFollowTheSetting() {
        SqlText sql = SqlText.of("select '\\' from t where c = ' or true'");

        assertThat(Rewriter.rewrite(sql, true, List.of(Splice.insert(16, " , b "))))
                .isInstanceOf(Rewrite.Rewritten.class);
        assertThat(Rewriter.rewrite(sql, false, List.of(Splice.insert(16, " , b "))))
                .isInstanceOf(Rewrite.Refused.class);
    }

    @Test
    void noSpliceAtRandomReachesOutOfItsPlace() {
        String[] pieces = {
            "a", " ", "'", "\"", "-", "--", "/*", "*/", "$", "$x$", "(", ")", "1", ".", "\n", "e'", "u&", ";", "||",
            "\\"
        };
        Random random = new Random(11);
        int done = 0;
        for (int i = 0; i < 100_000; i++) {
            StringBuilder sql = new StringBuilder("x ");
            StringBuilder text = new StringBuilder();
            for (int piece = random.nextInt(8); piece >= 0; piece--) {
                sql.append(pieces[random.nextInt(pieces.length)]);
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            sql.append(" AND secret = 1");
            int place = random.nextInt(sql.length() - 15);
            if (rewrite(sql.toString(), Splice.insert(place, text.toString())) instanceof Rewrite.Rewritten rewritten) {
                done++;
                String[] before = TokenTexts.of(sql.toString());
                String[] after = TokenTexts.of(rewritten.text().string());
                String[] between = TokenTexts.of(text.toString());
                assertThat(after).as("%s with %s at %s", sql, text, place).hasSize(before.length + between.length);
                assertThat(after).as("%s with %s at %s", sql, text, place).containsSubsequence(before);
            }
        }
        assertThat(done).isGreaterThan(1000);
    }
}
