package io.pgproxy.sql.lexer;

/**
 * What a token is, in the terms of PostgreSQL's {@code scan.l}. A keyword is a kind of its own whatever its category:
 * see {@link Tokens#keyword}.
 */
public enum TokenKind {
    /** An unquoted name that is no keyword of any supported version. */
    IDENTIFIER,
    /** A word of {@link Keyword}; whether it may serve as a name depends on its category and place. */
    KEYWORD,
    /** {@code "name"}. */
    QUOTED_IDENTIFIER,
    /** {@code U&"name"}; the words {@code UESCAPE 'c'} behind it are tokens of their own. */
    UNICODE_IDENTIFIER,
    /**
     * {@code 'text'}; with standard_conforming_strings off its backslashes escape. {@code N'text'} is a keyword and
     * this.
     */
    STRING,
    /** {@code E'text'}. */
    ESCAPE_STRING,
    /** {@code U&'text'}; the words {@code UESCAPE 'c'} behind it are tokens of their own. */
    UNICODE_STRING,
    /** {@code $tag$text$tag$}. */
    DOLLAR_STRING,
    /** {@code B'1001'}. */
    BIT_STRING,
    /** {@code X'1FF'}. */
    HEX_STRING,
    /** {@code 42}, {@code 0x2A}, {@code 0o52}, {@code 0b101010}, {@code 4_2}, however large. */
    INTEGER,
    /** {@code 4.2}, {@code .2}, {@code 4e2}. */
    NUMERIC,
    /** {@code $1}; {@code $1_0}, which PostgreSQL 16 takes for the same and all others refuse or read otherwise. */
    PARAMETER,
    /** {@code ::}. */
    TYPECAST,
    /** {@code ..}, which only PL/pgSQL knows. */
    DOT_DOT,
    /** {@code :=}. */
    COLON_EQUALS,
    /** {@code =>}. */
    EQUALS_GREATER,
    /** Any other operator, those of one character such as {@code *} and {@code =} included. */
    OPERATOR,
    /** {@code ,}. */
    COMMA,
    /** {@code (}. */
    LEFT_PARENTHESIS,
    /** {@code )}. */
    RIGHT_PARENTHESIS,
    /** {@code [}. */
    LEFT_BRACKET,
    /** {@code ]}. */
    RIGHT_BRACKET,
    /** {@code .}. */
    DOT,
    /** {@code ;}. */
    SEMICOLON,
    /** {@code :}, which stands in array slices. */
    COLON,
    /** The end of the text, or of what could be read of it. */
    END;

    private static final TokenKind[] VALUES = values();

    static TokenKind of(int ordinal) {
        return VALUES[ordinal];
    }

    /**
     * {@return whether the token is a constant: a string of any form or a number; {@code TRUE}, {@code NULL} are
     * keywords}
     */
    public boolean isConstant() {
        return isString() || this == INTEGER || this == NUMERIC;
    }

    /** {@return whether the token is a string of any form, bit strings included} */
    public boolean isString() {
        return switch (this) {
            case STRING, ESCAPE_STRING, UNICODE_STRING, DOLLAR_STRING, BIT_STRING, HEX_STRING -> true;
            default -> false;
        };
    }

    /** {@return whether the token is a name in quotes} */
    public boolean isQuotedName() {
        return this == QUOTED_IDENTIFIER || this == UNICODE_IDENTIFIER;
    }
}
