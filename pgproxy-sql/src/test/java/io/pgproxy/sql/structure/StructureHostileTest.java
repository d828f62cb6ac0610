package io.pgproxy.sql.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.corpus.ValidStatement;
import io.pgproxy.sql.lexer.LexerLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are long, deep or broken: each ends in time, and none with an exception. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StructureHostileTest {
    private final Structures structures = new Structures();

    @AfterAll
    void close() {
        structures.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select | ( | 1 | )",
                "select * from t where | (a = 1 and (b) = (2) or | c | )",
                "select * from t where | a in (select b from t where | true | )",
                "select | f(1, | 1 | )",
                "select | case when (a) then ( | 1 | ) end",
                "select * from | (select * from | t | ) x",
                "select * from | ( t join | t | on true)",
                "select * from | ((select 1) union | (select 2) | ) x",
                "select | (select | 1 | )",
                "select | sum(1) over (order by | 1 | )",
                "select | array[ | 1 | ]"
            })
    void almostTwoHundredLevelsAreRead(String start, String open, String middle, String close) {
        int levels = (int) (190 / open.chars().filter(c -> c == '(' || c == '[').count());
        if (open.contains("(b)")) {
            levels = 190;
        }

        String sql = start + " " + (open + " ").repeat(levels) + middle + (" " + close).repeat(levels);

        if (open.startsWith("((")) {
            sql = start + " " + (open + " ").repeat(levels) + middle + " )".repeat(levels) + " x";
        }
        assertThat(structures.of(sql)).isInstanceOf(KnownTree.class);
    }

    @Test
    void tenThousandTermsAreRead() {
        String sql = "select 1 from t where " + String.join(" or ", Collections.nCopies(10_000, "a = 1"));

        assertThat(structures.of(sql)).isInstanceOf(KnownTree.class);
    }

    @Test
    void tenThousandRowsAreRead() {
        String constants = "insert into t values " + String.join(", ", Collections.nCopies(10_000, "(1, 'a', null)"));
        String calls = "values " + String.join(", ", Collections.nCopies(10_000, "(1, now())"));

        assertThat(structures.known(constants).relationsWritten()).hasSize(1);
        assertThat(structures.known(calls).functions()).hasSize(10_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                ")",
                "'",
                "\"",
                "/*",
                "--",
                "$a$",
                "E'\\",
                "[",
                "select ",
                "a.",
                "::",
                "case ",
                ",",
                "with a as (",
                "from (",
                "1 ",
                "a ",
                "not ",
                "- ",
                "join ",
                ";",
                "\u00fc",
                "U&\"",
                "x in (",
                "with recursive a as ("
            })
    void aMegabyteOfAnythingEndsInTime(String piece) {
        String sql = "select " + piece.repeat(1_000_000 / piece.getBytes(StandardCharsets.UTF_8).length);

        long start = System.nanoTime();
        SqlTree tree = structures.of(sql);

        assertThat(tree).isNotNull();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
    }

    @Test
    void beginningsOfStatementsAreNoErrors() {
        Random random = new Random(7);
        List<ValidStatement> all = ValidStatement.all();
        for (int i = 0; i < 3000; i++) {
            String sql = all.get(random.nextInt(all.size())).sql();
            String prefix = sql.substring(0, random.nextInt(sql.length() + 1));
            if (structures.of(prefix) instanceof UnknownTree unknown) {
                assertThat(unknown.reason()).as(prefix).isNotEqualTo(UnknownTree.Reason.DEADLINE);
            }
        }
    }

    @Test
    void aStackThatIsTooSmallMakesTheStructureUnknown() throws Exception {
        StructureSettings small = new StructureSettings(1, 1, Duration.ofSeconds(20), 128 << 10, LexerLimits.DEFAULT);
        byte[] sql = ("select " + "(select ".repeat(190) + "1" + ")".repeat(190)).getBytes(StandardCharsets.UTF_8);
        try (StructureParser parser = new StructureParser(small)) {
            SqlTree tree = parser.parse(
                            sql,
                            0,
                            sql.length,
                            Facts.builder(StatementKind.SELECT).build())
                    .toCompletableFuture()
                    .get();

            assertThat(tree).isEqualTo(new UnknownTree(UnknownTree.Reason.TOO_COMPLEX, -1));
        }
    }

    @Test
    void limitsAreTold() {
        assertThat(structures.of("select " + "(".repeat(201) + "1" + ")".repeat(201)))
                .isInstanceOfSatisfying(
                        UnknownTree.class,
                        unknown -> assertThat(unknown.reason()).isEqualTo(UnknownTree.Reason.TOO_COMPLEX));
        assertThat(structures.of("select '" + "x".repeat(2_000_000) + "'"))
                .isInstanceOfSatisfying(
                        UnknownTree.class,
                        unknown -> assertThat(unknown.reason()).isEqualTo(UnknownTree.Reason.TOO_COMPLEX));
    }
}
