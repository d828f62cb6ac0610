package io.pgproxy.sql.internal.text;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import java.util.Objects;

/**
 * Writes a statement in the form that it shares with those that differ in constants only: words and names as the server
 * folds them, one blank where one is due, each constant as one sign, lists of constants behind IN as one of them, rows
 * of constants behind VALUES as the first of them. Comments are gone. Names stay apart that the server keeps apart.
 */
public final class Normalizer {
    private final Tokens tokens;
    private final int to;
    private final CanonicalForm form;
    private int at;

    private Normalizer(Tokens tokens, int from, int to, CanonicalForm form) {
        this.tokens = tokens;
        this.at = from;
        this.to = to;
        this.form = form;
    }

    /**
     * The form of one statement.
     *
     * @param tokens of its text
     * @param from its first token
     * @param to the token behind its last
     */
    public static CanonicalForm form(Tokens tokens, int from, int to) {
        CanonicalForm form = new CanonicalForm();
        write(tokens, from, to, form);
        return form;
    }

    /**
     * Writes the form of one statement.
     *
     * @param tokens of its text
     * @param from its first token
     * @param to the token behind its last
     * @param into a clear form
     */
    public static void write(Tokens tokens, int from, int to, CanonicalForm into) {
        new Normalizer(tokens, from, to, into).write();
    }

    private void write() {
        while (at < to) {
            if (isConstant(at)) {
                at = constantEnd(at);
                form.constant();
            } else if (tokens.is(at, Keyword.IN) && tokens.is(at + 1, TokenKind.LEFT_PARENTHESIS)) {
                in();
            } else if (tokens.is(at, Keyword.VALUES) && tokens.is(at + 1, TokenKind.LEFT_PARENTHESIS)) {
                values();
            } else {
                token();
            }
        }
    }

    private void token() {
        TokenKind kind = tokens.kind(at);
        switch (kind) {
            case KEYWORD -> form.keyword(Objects.requireNonNull(tokens.keyword(at)));
            case IDENTIFIER -> {
                if (!form.plainName(tokens.text(), tokens.start(at), tokens.end(at))) {
                    form.name(name(at));
                }
            }
            case QUOTED_IDENTIFIER, UNICODE_IDENTIFIER -> {
                String name = Names.name(tokens, at);
                if (name == null) {
                    form.raw(kind, tokens.text(), tokens.start(at), tokens.end(at));
                } else {
                    form.quotable(name);
                    if (kind == TokenKind.UNICODE_IDENTIFIER) {
                        at = escapeEnd(at) - 1;
                    }
                }
            }
            default -> form.raw(kind, tokens.text(), tokens.start(at), tokens.end(at));
        }
        at++;
    }

    private String name(int token) {
        String name = Names.name(tokens, token);
        return name == null ? "" : name;
    }

    private void in() {
        int end = constantsEnd(at + 1);
        token();
        if (end > 0) {
            form.list(1);
            at = end;
        }
    }

    /** The first row stays as long as it is, since rows of another length make another statement. */
    private void values() {
        int end = constantsEnd(at + 1);
        token();
        if (end < 0) {
            return;
        }
        int columns = columns(at, end);
        form.list(columns);
        at = end;
        while (tokens.is(at, TokenKind.COMMA)) {
            int next = constantsEnd(at + 1);
            if (next < 0 || columns(at + 1, next) != columns) {
                return;
            }
            at = next;
        }
    }

    /**
     * The token behind a parenthesised list of constants and parameters only, or -1 if the list holds anything else.
     */
    private int constantsEnd(int open) {
        if (!tokens.is(open, TokenKind.LEFT_PARENTHESIS)) {
            return -1;
        }
        int token = open + 1;
        while (token < to) {
            if (tokens.is(token, TokenKind.OPERATOR) && isSign(token)) {
                token++;
            }
            if (tokens.is(token, TokenKind.PARAMETER)) {
                token++;
            } else if (isConstant(token)) {
                token = constantEnd(token);
            } else {
                return -1;
            }
            if (tokens.is(token, TokenKind.RIGHT_PARENTHESIS)) {
                return token + 1;
            }
            if (!tokens.is(token, TokenKind.COMMA)) {
                return -1;
            }
            token++;
        }
        return -1;
    }

    private int columns(int open, int end) {
        int columns = 1;
        for (int token = open; token < end; token++) {
            if (tokens.is(token, TokenKind.COMMA)) {
                columns++;
            }
        }
        return columns;
    }

    private boolean isSign(int token) {
        byte c = tokens.text()[tokens.start(token)];
        return tokens.end(token) - tokens.start(token) == 1 && (c == '-' || c == '+');
    }

    private boolean isConstant(int token) {
        return token < to && (tokens.kind(token).isConstant() || isNational(token));
    }

    /** {@code N'…'}: a word NCHAR of one letter, and a string. */
    private boolean isNational(int token) {
        return tokens.is(token, Keyword.NCHAR)
                && tokens.end(token) - tokens.start(token) == 1
                && tokens.is(token + 1, TokenKind.STRING);
    }

    private int constantEnd(int token) {
        return isNational(token)
                ? token + 2
                : tokens.is(token, TokenKind.UNICODE_STRING) ? escapeEnd(token) : token + 1;
    }

    private int escapeEnd(int token) {
        return token + 2 < to
                        && tokens.is(token + 1, Keyword.UESCAPE)
                        && tokens.kind(token + 2).isString()
                ? token + 3
                : token + 1;
    }
}
