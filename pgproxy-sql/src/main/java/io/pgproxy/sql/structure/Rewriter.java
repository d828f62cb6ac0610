package io.pgproxy.sql.structure;

import io.pgproxy.sql.SqlText;
import io.pgproxy.sql.internal.structure.Splicing;
import io.pgproxy.sql.lexer.LexerLimits;
import java.util.List;

/**
 * Splices into the original text, and never writes a statement anew. The result is read again by the lexer: outside of
 * the splices it has the same tokens as before, and within them those of the spliced texts alone. So a splice cannot
 * merge with what stands next to it ({@code a} with {@code b}, {@code -} with {@code -} to a comment, a string with one
 * on the next line), cannot be swallowed by a comment or quote, and cannot reach out of the place it was meant for: it
 * holds no semicolon and closes what it opens.
 *
 * <p>Blanks are the caller's affair: splice {@code " AND x "} and not {@code "AND x"} where words stand close. So is
 * grammar: a sub-select in the place of {@code t} in {@code TABLE t} has sound tokens, and the server refuses it.
 */
public final class Rewriter {
    private Rewriter() {}

    /**
     * Rewrites a text.
     *
     * @param original the text
     * @param standardConformingStrings the server's setting of that name, as for the analysis that gave the places
     * @param splices in any order; they must not overlap
     * @return the new text, or why there is none
     */
    public static Rewrite rewrite(SqlText original, boolean standardConformingStrings, List<Splice> splices) {
        return Splicing.of(original.bytes(), standardConformingStrings, LexerLimits.DEFAULT, splices);
    }
}
