package io.pgproxy.sql.lexer;

/**
 * Why a text could not be read to its end. PostgreSQL refuses each of these with an error too (42601 if not said
 * otherwise), but for the last three, which are limits of ours.
 */
public enum LexicalProblem {
    /** A string constant has no end. */
    UNTERMINATED_STRING("unterminated quoted string"),
    /** A quoted name has no end. */
    UNTERMINATED_IDENTIFIER("unterminated quoted identifier"),
    /** A comment that began with {@code /*} has no end. */
    UNTERMINATED_COMMENT("unterminated comment"),
    /** {@code ""}. */
    EMPTY_IDENTIFIER("zero-length delimited identifier"),
    /**
     * A number or parameter runs into a name, as in {@code 1into}; PostgreSQL 14 alone reads two tokens there. Also a
     * number that only some of the servers in question take for one, such as {@code 1_000}.
     */
    TRAILING_JUNK("trailing junk after number"),
    /** {@code U&'…'} while standard_conforming_strings is off (0A000). */
    UNSAFE_UNICODE_STRING("unsafe use of string constant with Unicode escapes"),
    /** An operator of 64 characters and more. */
    OPERATOR_TOO_LONG("operator too long"),
    /** A character that begins no token. */
    UNEXPECTED_CHARACTER("unexpected character"),
    /** A byte of zero anywhere, which ends the text for PostgreSQL (08P01); no token is read. */
    ZERO_BYTE("zero byte"),
    /** The text is no valid UTF-8, be it in a comment (22021); no token is read. */
    INVALID_UTF8("invalid byte sequence for encoding \"UTF8\""),
    /** More bytes than {@link LexerLimits#maxBytes}; no token is read. */
    TOO_LONG("the text is too long"),
    /** More tokens than {@link LexerLimits#maxTokens}. */
    TOO_MANY_TOKENS("the text has too many tokens"),
    /** Parentheses, brackets or comments deeper than {@link LexerLimits#maxNesting}. */
    TOO_DEEP("the text is nested too deeply");

    private final String message;

    LexicalProblem(String message) {
        this.message = message;
    }

    /** {@return in words, without any of the text} */
    public String message() {
        return message;
    }

    /** {@return whether PostgreSQL might take the text and only our limits do not} */
    public boolean isTooComplex() {
        return this == TOO_LONG || this == TOO_MANY_TOKENS || this == TOO_DEEP;
    }
}
