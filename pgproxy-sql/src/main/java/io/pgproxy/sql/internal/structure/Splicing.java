package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.SqlText;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import io.pgproxy.sql.structure.Rewrite;
import io.pgproxy.sql.structure.Rewrite.Problem;
import io.pgproxy.sql.structure.Splice;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts splices into a text and compares the tokens of the result with those that it should have. */
public final class Splicing {
    private final byte[] original;
    private final boolean standardConformingStrings;
    private final Lexer lexer;
    private final ByteArrayOutputStream written;
    private final ExpectedTokens expected = new ExpectedTokens();
    /** The next token of the original, and the next byte. */
    private int token;

    private int offset;
    /** Where the last splice put something in without taking anything out, or -1. */
    private int previousInsertion = -1;

    private Splicing(byte[] original, boolean standardConformingStrings, LexerLimits limits) {
        this.original = original;
        this.standardConformingStrings = standardConformingStrings;
        this.lexer = new Lexer(limits);
        this.written = new ByteArrayOutputStream(original.length + 64);
    }

    /**
     * Rewrites a text.
     *
     * @param original the text
     * @param standardConformingStrings the server's setting
     * @param limits what is too complex
     * @param splices in any order
     */
    public static Rewrite of(
            byte[] original, boolean standardConformingStrings, LexerLimits limits, List<Splice> splices) {
        return new Splicing(original, standardConformingStrings, limits).apply(splices);
    }

    private Rewrite apply(List<Splice> splices) {
        Tokens tokens = read(original);
        if (tokens.problem() != null) {
            return new Rewrite.Refused(Problem.UNREADABLE_ORIGINAL, -1);
        }
        List<Integer> order = order(splices);
        for (int index : order) {
            Problem problem = splice(tokens, splices.get(index));
            if (problem != null) {
                return new Rewrite.Refused(problem, index);
            }
        }
        keep(tokens, original.length);
        byte[] result = written.toByteArray();
        Tokens after = read(result);
        if (after.problem() != null || !expected.equal(after)) {
            return new Rewrite.Refused(Problem.TOKENS_CHANGED, -1);
        }
        return new Rewrite.Rewritten(SqlText.of(result));
    }

    private Tokens read(byte[] text) {
        Tokens tokens = new Tokens();
        lexer.read(text, standardConformingStrings, tokens);
        return tokens;
    }

    private static List<Integer> order(List<Splice> splices) {
        List<Integer> order = new ArrayList<>();
        for (int index = 0; index < splices.size(); index++) {
            order.add(index);
        }
        order.sort(Comparator.<Integer>comparingInt(index -> splices.get(index).start())
                .thenComparingInt(index -> splices.get(index).end()));
        return order;
    }

    private @Nullable Problem splice(Tokens tokens, Splice splice) {
        if (splice.end() > original.length) {
            return Problem.OUTSIDE;
        }
        boolean insertedTwice = previousInsertion == splice.start() && splice.start() == splice.end();
        if (splice.start() < offset || insertedTwice) {
            return Problem.OVERLAPPING;
        }
        keep(tokens, splice.start());
        if (isWithinToken(tokens, splice.start())) {
            return Problem.WITHIN_TOKEN;
        }
        int first = token;
        while (token < tokens.count() && tokens.end(token) <= splice.end()) {
            token++;
        }
        if (isWithinToken(tokens, splice.end())) {
            return Problem.WITHIN_TOKEN;
        }
        Problem problem = check(tokens, first, token);
        return problem == null ? write(splice) : problem;
    }

    /** Whether a token of the original begins before an offset and ends behind it. */
    private boolean isWithinToken(Tokens tokens, int place) {
        return token < tokens.count() && tokens.start(token) < place;
    }

    /** Takes over the original up to an offset. */
    private void keep(Tokens tokens, int to) {
        int moved = written.size() - offset;
        while (token < tokens.count() && tokens.end(token) <= to) {
            expected.add(tokens, token, moved);
            token++;
        }
        written.write(original, offset, to - offset);
        offset = to;
    }

    private @Nullable Problem write(Splice splice) {
        SqlText text = SqlText.of(splice.text());
        byte[] bytes = text.bytes();
        Tokens tokens = read(bytes);
        if (!text.isEncodable() || tokens.problem() != null) {
            return Problem.UNREADABLE_SPLICE;
        }
        Problem problem = check(tokens, 0, tokens.count());
        if (problem != null) {
            return problem;
        }
        int moved = written.size();
        expected.seam();
        for (int index = 0; index < tokens.count(); index++) {
            expected.add(tokens, index, moved);
        }
        expected.seam();
        written.writeBytes(bytes);
        offset = splice.end();
        previousInsertion = splice.start() == splice.end() ? splice.start() : -1;
        return null;
    }

    /** What comes and what goes must be whole in itself. */
    private static @Nullable Problem check(Tokens tokens, int from, int to) {
        for (int index = from; index < to; index++) {
            if (tokens.is(index, TokenKind.SEMICOLON)) {
                return Problem.SEMICOLON;
            }
        }
        return Brackets.match(tokens, from, to) ? null : Problem.UNBALANCED;
    }

    /** The tokens that the result should have. */
    private static final class ExpectedTokens {
        private record Expected(TokenKind kind, @Nullable Keyword keyword, int start, int end) {}

        private final List<Expected> all = new ArrayList<>();
        private int seam;
        private boolean escapeAtSeam;

        void add(Tokens tokens, int token, int moved) {
            // U&'…' spliced in front of UESCAPE, or UESCAPE behind U&'…', would change what the other one means.
            escapeAtSeam |= all.size() == seam && tokens.is(token, Keyword.UESCAPE);
            all.add(new Expected(
                    tokens.kind(token), tokens.keyword(token), tokens.start(token) + moved, tokens.end(token) + moved));
        }

        /** What follows comes from another text. */
        void seam() {
            seam = all.size();
        }

        boolean equal(Tokens tokens) {
            if (escapeAtSeam || tokens.count() != all.size()) {
                return false;
            }
            for (int token = 0; token < all.size(); token++) {
                Expected one = all.get(token);
                if (one.kind() != tokens.kind(token)
                        || !Objects.equals(one.keyword(), tokens.keyword(token))
                        || one.start() != tokens.start(token)
                        || one.end() != tokens.end(token)) {
                    return false;
                }
            }
            return true;
        }
    }
}
