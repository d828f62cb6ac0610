package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import org.jspecify.annotations.Nullable;

/** Walks over the tokens of one statement and never looks beyond its end. */
final class Cursor {
    private final Tokens tokens;
    private final int to;
    private int at;

    Cursor(Tokens tokens, int from, int to) {
        this.tokens = tokens;
        this.at = from;
        this.to = to;
    }

    Tokens tokens() {
        return tokens;
    }

    int at() {
        return at;
    }

    int to() {
        return to;
    }

    void moveTo(int token) {
        at = token;
    }

    boolean atEnd() {
        return at >= to;
    }

    /** The keyword here, or null if there is none. */
    @Nullable
    Keyword keyword() {
        return keyword(0);
    }

    @Nullable
    Keyword keyword(int ahead) {
        return at + ahead < to ? tokens.keyword(at + ahead) : null;
    }

    boolean is(Keyword keyword) {
        return is(0, keyword);
    }

    boolean is(int ahead, Keyword keyword) {
        return at + ahead < to && tokens.is(at + ahead, keyword);
    }

    boolean is(TokenKind kind) {
        return is(0, kind);
    }

    boolean is(int ahead, TokenKind kind) {
        return at + ahead < to && tokens.is(at + ahead, kind);
    }

    /** Whether an operator of one character stands there. */
    boolean isOperator(int ahead, char operator) {
        return is(ahead, TokenKind.OPERATOR) && Ranges.isOperator(tokens, at + ahead, operator);
    }

    boolean take(Keyword keyword) {
        boolean here = is(keyword);
        at += here ? 1 : 0;
        return here;
    }

    boolean take(Keyword keyword, Keyword next) {
        boolean here = is(0, keyword) && is(1, next);
        at += here ? 2 : 0;
        return here;
    }

    boolean take(TokenKind kind) {
        boolean here = is(kind);
        at += here ? 1 : 0;
        return here;
    }

    boolean takeOperator(char operator) {
        boolean here = isOperator(0, operator);
        at += here ? 1 : 0;
        return here;
    }

    void skip() {
        at++;
    }

    /** Steps over a string constant of any form but bit strings, {@code UESCAPE} behind it included. */
    boolean takeString() {
        if (atEnd()) {
            return false;
        }
        switch (tokens.kind(at)) {
            case STRING, ESCAPE_STRING, DOLLAR_STRING -> at++;
            case UNICODE_STRING -> {
                at++;
                skipUnicodeEscape();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Whether a name may begin here: {@code ColId} of the grammar. */
    boolean isName() {
        return at < to && Ranges.isName(tokens, at);
    }

    /** Steps over a name; null, without a step, if there is none or it cannot be read. */
    @Nullable
    String takeName() {
        return isName() ? readName() : null;
    }

    /** Steps over any word or name: {@code ColLabel} of the grammar, which stands behind a dot. */
    @Nullable
    String takeLabel() {
        return at < to && (isName() || tokens.is(at, TokenKind.KEYWORD) || keyword() != null) ? readName() : null;
    }

    private @Nullable String readName() {
        String name = Ranges.name(tokens, at, to);
        if (name == null) {
            return null;
        }
        boolean unicode = tokens.is(at, TokenKind.UNICODE_IDENTIFIER);
        at++;
        if (unicode) {
            skipUnicodeEscape();
        }
        return name;
    }

    private void skipUnicodeEscape() {
        if (is(0, Keyword.UESCAPE) && at + 1 < to && tokens.kind(at + 1).isString()) {
            at += 2;
        }
    }

    /** Steps over a parenthesis and all up to the one that closes it; false, without a step, if there is none. */
    boolean takeParentheses() {
        int end = is(TokenKind.LEFT_PARENTHESIS) ? Ranges.closing(tokens, at, to) : Ranges.NONE;
        if (end == Ranges.NONE) {
            return false;
        }
        at = end + 1;
        return true;
    }
}
