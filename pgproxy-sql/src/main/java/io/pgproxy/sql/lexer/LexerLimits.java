package io.pgproxy.sql.lexer;

/**
 * How much of a text is read before it counts as too complex.
 *
 * @param maxBytes the longest text, in bytes of UTF-8
 * @param maxTokens the most tokens; each costs twelve bytes while the text is being read
 * @param maxNesting the deepest nesting of parentheses and brackets, and of comments
 */
public record LexerLimits(int maxBytes, int maxTokens, int maxNesting) {
    /** 16 MiB, a million tokens, 200 levels. */
    public static final LexerLimits DEFAULT = new LexerLimits(16 << 20, 1 << 20, 200);

    /**
     * Checks that each limit is positive.
     *
     * @param maxBytes the longest text
     * @param maxTokens the most tokens
     * @param maxNesting the deepest nesting
     * @throws IllegalArgumentException if one is not
     */
    public LexerLimits {
        if (maxBytes <= 0 || maxTokens <= 0 || maxNesting <= 0) {
            throw new IllegalArgumentException(
                    "limits must be positive: " + maxBytes + ", " + maxTokens + ", " + maxNesting);
        }
    }
}
