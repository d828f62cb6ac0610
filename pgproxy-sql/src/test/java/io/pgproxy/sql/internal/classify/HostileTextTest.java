package io.pgproxy.sql.internal.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.fail;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.corpus.ValidStatement;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileTextTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int MEGABYTE = 1 << 20;
    private static final int ENOUGH = 300;

    private final Classifier classifier = new Classifier();
    private final Lexer lexer = new Lexer(LexerLimits.DEFAULT);
    private final Tokens tokens = new Tokens();

    @Test
    void everyPrefixOfAStatementIsClassified() {
        assertTimeoutPreemptively(BOUND, () -> {
            for (ValidStatement statement : ValidStatement.all()) {
                byte[] text = statement.sql().getBytes(StandardCharsets.UTF_8);
                boolean copies = classify(text).copy() != null;
                for (int count = tokens.count(); count >= 0; count--) {
                    check(classifier.classify(tokens, 0, count), count, copies, statement);
                }
                // Tokens that are cut in two: what is long has none that the others have not.
                for (int length = 0; length < Math.min(text.length, ENOUGH); length++) {
                    Facts cut = classify(Arrays.copyOf(text, length));
                    check(cut, tokens.count(), copies, statement);
                }
            }
        });
    }

    private void check(Facts facts, int count, boolean copies, ValidStatement statement) {
        if (facts.readsOnly() && !copies && has(Keyword.INTO, count)) {
            fail(statement.sql());
        }
    }

    @Test
    void everyRangeOfTokensIsClassifiedAndNothingBeyondItIsSeen() {
        Random random = new Random(7);
        for (ValidStatement statement : ValidStatement.all()) {
            byte[] text = statement.sql().getBytes(StandardCharsets.UTF_8);
            lexer.read(text, true, tokens);
            int from = random.nextInt(tokens.count() + 1);
            int to = from + random.nextInt(tokens.count() - from + 1);
            int start = from == to ? 0 : tokens.start(from);
            int end = from == to ? 0 : tokens.end(to - 1);

            Facts range = classifier.classify(tokens, from, to);
            Facts alone = classify(Arrays.copyOfRange(text, start, end));

            assertThat(range.kind()).as(statement.sql()).isEqualTo(alone.kind());
            assertThat(range.access()).isEqualTo(alone.access());
            assertThat(range.functions()).isEqualTo(alone.functions());
            assertThat(range.effects()).isEqualTo(alone.effects());
        }
    }

    @Test
    void anySoupOfTokensIsClassified() {
        List<String> words = new ArrayList<>();
        for (ValidStatement statement : ValidStatement.all().subList(0, 400)) {
            words.addAll(Arrays.asList(statement.sql().split("(?<=\\W)|(?=\\W)")));
        }
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(30); length >= 0; length--) {
                text.append(words.get(random.nextInt(words.size()))).append(random.nextInt(4) == 0 ? "" : " ");
            }
            Facts facts = classify(text.toString().getBytes(StandardCharsets.UTF_8));

            assertThat(facts.readsOnly() && facts.copy() == null && has(Keyword.INTO, tokens.count()))
                    .as(text.toString())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                ")",
                "'",
                "/*",
                "select ",
                "(select ",
                "f(",
                "f() ",
                ",f(a,a",
                ", f(a) as (",
                "treat(",
                "treat(1 as a.",
                "on conflict(",
                "operator(a.",
                "a.",
                "a,",
                "with a as (",
                "a as (select 1), ",
                "cube(",
                ") f(",
                "for ",
                "update ",
                "1,",
                "U&\"a\" uescape '!'",
                "fetch ",
            })
    void aMegabyteOfTheSameIsClassifiedInTime(String piece) {
        for (String start :
                new String[] {"", "select ", "set a = ", "set ", "create table t as ", "with ", "copy ", "fetch "}) {
            byte[] text = (start + piece.repeat(MEGABYTE / piece.length())).getBytes(StandardCharsets.UTF_8);

            Facts facts = assertTimeoutPreemptively(BOUND, () -> classify(text));

            assertThat(facts.functions()).hasSizeLessThanOrEqualTo(1000);
        }
    }

    @Test
    void depthThatWasClosedBeforeItWasOpenedDoesNotHelp() {
        String text = "create table t as " + ")".repeat(100_000) + "treat(".repeat(100_000);

        assertTimeoutPreemptively(
                BOUND, () -> assertThat(Classified.facts(text).kind()).isEqualTo(StatementKind.UNKNOWN));
    }

    @Test
    void tooManyNamesAreNotUnderstood() {
        StringBuilder sql = new StringBuilder("select 1");
        for (int i = 0; i < 2000; i++) {
            sql.append(", f").append(i).append("()");
        }

        assertThat(Classified.facts(sql.toString())).isSameAs(Facts.unknown());
    }

    private boolean has(Keyword word, int count) {
        for (int token = 0; token < count; token++) {
            if (tokens.is(token, word)) {
                return true;
            }
        }
        return false;
    }

    private Facts classify(byte[] text) {
        lexer.read(text, true, tokens);
        return classifier.classify(tokens, 0, tokens.count());
    }
}
