package io.pgproxy.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.pgproxy.sql.lexer.Lexer;
import io.pgproxy.sql.lexer.LexerLimits;
import io.pgproxy.sql.lexer.Tokens;
import io.pgproxy.sql.structure.Places;
import io.pgproxy.sql.structure.Span;
import io.pgproxy.sql.structure.SqlTree;
import io.pgproxy.sql.structure.StructureParser;
import io.pgproxy.sql.structure.UnknownTree;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Remembers structures by the shape of their statements, so that one with other constants need not be parsed again: its
 * places are computed. What failed for want of time is not remembered.
 */
final class StructureMemory {
    private final StructureParser parser;
    private final LexerLimits limits;
    private final Cache<Fingerprint, Remembered> known;

    private record Remembered(TokenShape shape, SqlTree tree) {
        int weight() {
            return TreeWeight.of(tree) + shape.tokens() * 2 * Integer.BYTES;
        }
    }

    StructureMemory(StructureParser parser, LexerLimits limits, long bytes) {
        this.parser = parser;
        this.limits = limits;
        this.known = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .<Fingerprint, Remembered>weigher((key, remembered) -> remembered.weight())
                .executor(Runnable::run)
                .build();
    }

    CompletionStage<SqlTree> find(AnalyzedStatement statement, boolean standardConformingStrings) {
        byte[] text = statement.slice();
        Tokens tokens = new Tokens();
        new Lexer(limits).read(text, standardConformingStrings, tokens);
        if (tokens.problem() != null) {
            UnknownTree.Reason reason = tokens.problem().isTooComplex()
                    ? UnknownTree.Reason.TOO_COMPLEX
                    : UnknownTree.Reason.LEXICAL_PROBLEM;
            return CompletableFuture.completedStage(
                    new UnknownTree(reason, statement.start() + tokens.end(tokens.count())));
        }
        TokenShape shape = TokenShape.of(statement.facts().kind(), tokens);
        int offset = statement.start();
        Remembered remembered = known.getIfPresent(shape.key());
        if (remembered != null) {
            Places places = remembered.shape.in(shape);
            return CompletableFuture.completedStage(remembered.tree.at(span -> shifted(places.moved(span), offset)));
        }
        return parser.parse(text, 0, text.length, standardConformingStrings, statement.facts())
                .thenApply(tree -> {
                    if (isWorthRemembering(tree, shape)) {
                        known.put(shape.key(), new Remembered(shape, tree));
                    }
                    return tree.at(span -> shifted(span, offset));
                });
    }

    private static boolean isWorthRemembering(SqlTree tree, TokenShape shape) {
        boolean passing =
                tree instanceof UnknownTree unknown && unknown.reason().isPassing();
        return !passing && shape.holdsAllPlacesOf(tree);
    }

    private static Span shifted(Span span, int offset) {
        return offset == 0 ? span : new Span(span.start() + offset, span.end() + offset);
    }

    void forget() {
        known.invalidateAll();
    }
}
