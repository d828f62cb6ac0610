package io.pgproxy.sql.lexer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.sql.corpus.ValidStatement;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for any text at all. */
class LexerPropertiesTest {
    private static final int ROUNDS = Integer.getInteger("pgproxy.fuzz.rounds", 10_000);

    private final Lexer lexer = new Lexer(LexerLimits.DEFAULT);
    private final Tokens tokens = new Tokens();

    @Test
    void tokensTileEachStatementAndEachOfItsBeginnings() {
        for (ValidStatement statement : ValidStatement.all()) {
            byte[] text = statement.sql().getBytes(UTF_8);
            // Beginnings of long statements are sampled: each costs as much as the whole.
            int step = 1 + text.length / 250;
            for (int length = text.length; length >= 0; length -= step) {
                assertTiled(Arrays.copyOf(text, length));
            }
        }
    }

    @Test
    void tokensTileWhateverIsMadeOfTokens() {
        TokenSoup soup = new TokenSoup(3, ValidStatement.all());

        for (int i = 0; i < ROUNDS; i++) {
            assertTiled(soup.next().getBytes(UTF_8));
        }
    }

    @Test
    void anyBytesAreReadOrRefused() {
        Random random = new Random(4);

        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            assertTiled(bytes);
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] &= 0x7f;
            }
            assertTiled(bytes);
        }
    }

    /** A token between two places where none is cut reads the same when it stands alone. */
    @Test
    void whatIsReadFromTheEndOfATokenIsReadTheSameAlone() {
        TokenSoup soup = new TokenSoup(5, ValidStatement.all());
        Tokens rest = new Tokens();

        for (int i = 0; i < ROUNDS; i++) {
            byte[] text = soup.next().getBytes(UTF_8);
            lexer.read(text, true, tokens);
            if (tokens.count() == 0) {
                continue;
            }
            int from = tokens.end(0);
            lexer.read(Arrays.copyOfRange(text, from, text.length), true, rest);

            check(rest.problem() == tokens.problem() && rest.count() == tokens.count() - 1, text, 0);
            for (int token = 0; token <= rest.count(); token++) {
                check(rest.start(token) + from == tokens.start(token + 1), text, token);
                check(rest.kind(token) == tokens.kind(token + 1), text, token);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                ")",
                "'",
                "'' ",
                "\"",
                "/*",
                "*/",
                "$a$",
                "$a",
                "$",
                "$$ ",
                "--",
                "--\n",
                "E'\\",
                "\\",
                "7",
                "7_7",
                "_",
                "k",
                "é",
                "+",
                "-+",
                "+-",
                "=+",
                "@+",
                "@",
                "<",
                ".",
                "..",
                ":",
                "1.",
                "1e",
                "0x1",
                "$1",
                " ",
                "\n",
                "'a'\n",
                "''\n--\n",
                "U&'a'",
                "u&",
                "n'",
                "a ",
                "a.",
                "/",
                "/ *",
                "*",
                "/**/",
                ";"
            })
    void aMegabyteOfAnythingTakesLinearTime(String piece) {
        byte[] small = piece.repeat((1 << 17) / piece.length()).getBytes(UTF_8);
        byte[] large = piece.repeat((1 << 20) / piece.length()).getBytes(UTF_8);
        ThreadMXBean thread = ManagementFactory.getThreadMXBean();

        read(small);
        long start = thread.getCurrentThreadCpuTime();
        read(large);
        long nanos = thread.getCurrentThreadCpuTime() - start;

        // Some 10 ms; with quadratic time it would be minutes.
        assertThat(nanos).isLessThan(1_000_000_000L);
        assertThat(tokens.count()).isLessThanOrEqualTo(LexerLimits.DEFAULT.maxTokens());
    }

    @Test
    void eachLimitHasItsProblem() {
        Lexer limited = new Lexer(new LexerLimits(20, 4, 2));

        assertLimited(limited, "a b c d", null);
        assertLimited(limited, "a b c d  /**/ ", null);
        assertLimited(limited, "a b c d e", LexicalProblem.TOO_MANY_TOKENS);
        assertLimited(limited, "a=+++b", LexicalProblem.TOO_MANY_TOKENS);
        assertLimited(limited, "01234567890123456789", null);
        assertLimited(limited, "012345678901234567890", LexicalProblem.TOO_LONG);
        assertLimited(limited, "([a", null);
        assertLimited(limited, "([(", LexicalProblem.TOO_DEEP);
        assertLimited(limited, "()[(", null);
        assertLimited(limited, "))((", null);
        assertLimited(limited, ")(((", LexicalProblem.TOO_DEEP);
        assertLimited(limited, "/*/**/*/", null);
        assertLimited(limited, "/*/*/**/*/*/", LexicalProblem.TOO_DEEP);
    }

    @Test
    void onlyLimitsOfOursAreTooComplex() {
        assertThat(LexicalProblem.values())
                .filteredOn(LexicalProblem::isTooComplex)
                .containsExactly(LexicalProblem.TOO_LONG, LexicalProblem.TOO_MANY_TOKENS, LexicalProblem.TOO_DEEP);
    }

    @Test
    void limitsArePositive() {
        for (List<Integer> limits : List.of(List.of(0, 1, 1), List.of(1, 0, 1), List.of(1, 1, -1))) {
            assertThatThrownBy(() -> new LexerLimits(limits.get(0), limits.get(1), limits.get(2)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void readingAgainAllocatesNothing() {
        List<byte[]> texts = ValidStatement.all().stream()
                .map(statement -> statement.sql().getBytes(UTF_8))
                .toList();
        com.sun.management.ThreadMXBean thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        texts.forEach(this::read);

        long before = thread.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < texts.size(); i++) {
            read(texts.get(i));
        }
        long allocated = thread.getCurrentThreadAllocatedBytes() - before;

        // The measurement itself may cost something once; 3,000 texts with an object each would cost 48,000.
        assertThat(allocated).isLessThan(4_096);
    }

    private void read(byte[] text) {
        lexer.read(text, true, tokens);
    }

    private void assertLimited(Lexer limited, String sql, @Nullable LexicalProblem problem) {
        limited.read(sql.getBytes(UTF_8), true, tokens);
        assertThat(tokens.problem()).as(sql).isEqualTo(problem);
    }

    /** Tokens in order, with nothing but blanks and comments between them, up to the end of the text or a problem. */
    private void assertTiled(byte[] text) {
        for (boolean standardConformingStrings : new boolean[] {true, false}) {
            lexer.read(text, standardConformingStrings, tokens);
            int end = 0;
            for (int token = 0; token < tokens.count(); token++) {
                check(isBlank(text, end, tokens.start(token)), text, token);
                check(tokens.end(token) > tokens.start(token), text, token);
                check(!tokens.is(token, TokenKind.END), text, token);
                end = tokens.end(token);
            }
            int last = tokens.count();
            check(tokens.is(last, TokenKind.END), text, last);
            check(isBlank(text, end, tokens.start(last)), text, last);
            check(tokens.problem() != null || tokens.start(last) == text.length, text, last);
        }
    }

    /** There are millions of these. */
    private static void check(boolean holds, byte[] text, int token) {
        if (!holds) {
            throw new AssertionError("token " + token + " of " + new String(text, UTF_8));
        }
    }

    private static boolean isBlank(byte[] text, int from, int to) {
        boolean isOneBlank = to - from == 1 && text[from] == ' ';
        return from == to
                || isOneBlank
                || (from < to
                        && withoutComments(new String(text, from, to - from, UTF_8))
                                .isBlank());
    }

    private static String withoutComments(String gap) {
        StringBuilder left = new StringBuilder();
        int depth = 0;
        for (int at = 0; at < gap.length(); at++) {
            if (gap.startsWith("/*", at)) {
                depth++;
                at++;
            } else if (depth > 0 && gap.startsWith("*/", at)) {
                depth--;
                at++;
            } else if (depth == 0 && gap.startsWith("--", at)) {
                while (at < gap.length() && gap.charAt(at) != '\n' && gap.charAt(at) != '\r') {
                    at++;
                }
            } else if (depth == 0) {
                left.append(gap.charAt(at));
            }
        }
        return left.toString();
    }
}
