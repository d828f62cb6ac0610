package io.pgproxy.sql.internal.text;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;

/**
 * Finds the statements of a text as the server's grammar does. A semicolon separates ({@code stmtmulti}) but in two
 * places: between the parenthesised actions of a rule ({@code RuleActionMulti}), and in the body of a routine between
 * BEGIN ATOMIC and END ({@code routine_body_stmt_list}). Each statement of that body has its semicolon, so the END that
 * closes it is the one behind a semicolon or behind ATOMIC; the END of a CASE never stands there, nor does one that is
 * a column's label.
 *
 * <p>A semicolon in other parentheses is a syntax error for the whole text. It separates nothing here either, and the
 * statement is marked as {@link #isBroken broken}. Made to be used again for the next text; not thread-safe.
 */
public final class Splitter {
    private Tokens tokens = new Tokens();
    private int at;
    private int start;
    private boolean broken;
    private boolean awaitsBody;
    private int bodies;

    /** A splitter without a text. */
    public Splitter() {}

    /**
     * Takes a text that was read to its end.
     *
     * @param newTokens its tokens
     */
    public void begin(Tokens newTokens) {
        tokens = newTokens;
        at = 0;
    }

    /**
     * Moves to the next statement that has any token.
     *
     * @return whether there is one
     */
    public boolean next() {
        while (tokens.is(at, TokenKind.SEMICOLON)) {
            at++;
        }
        if (at == tokens.count()) {
            return false;
        }
        start = at;
        broken = false;
        awaitsBody = isRoutine(start);
        bodies = 0;
        boolean rule = isRule();
        int depth = 0;
        for (; at < tokens.count(); at++) {
            switch (tokens.kind(at)) {
                case LEFT_PARENTHESIS -> depth++;
                case RIGHT_PARENTHESIS -> depth--;
                case SEMICOLON -> {
                    if (depth <= 0 && bodies == 0) {
                        return true;
                    }
                    broken |= !rule && bodies == 0;
                    awaitsBody = isRoutine(at + 1);
                }
                case KEYWORD -> {
                    if (depth == 0 && (awaitsBody || bodies > 0)) {
                        body();
                    }
                }
                default -> {}
            }
        }
        return true;
    }

    /** The first token of the statement. */
    public int start() {
        return start;
    }

    /** The token behind the last one of the statement: its semicolon, or the end. */
    public int end() {
        return at;
    }

    /** Whether a semicolon stands in the statement where the server takes none. */
    public boolean isBroken() {
        return broken;
    }

    /** A body begins only where its routine waits for one: {@code begin atomic} may be a column and its label, too. */
    private void body() {
        if (awaitsBody && tokens.is(at, Keyword.BEGIN) && tokens.is(at + 1, Keyword.ATOMIC)) {
            bodies++;
            awaitsBody = isRoutine(at + 2);
        } else if (bodies > 0
                && tokens.is(at, Keyword.END)
                && (tokens.is(at - 1, TokenKind.SEMICOLON) || tokens.is(at - 1, Keyword.ATOMIC))) {
            bodies--;
            awaitsBody = false;
        }
    }

    private boolean isRoutine(int first) {
        int word = behindCreate(first);
        return tokens.is(word, Keyword.FUNCTION) || tokens.is(word, Keyword.PROCEDURE);
    }

    private boolean isRule() {
        return tokens.is(behindCreate(start), Keyword.RULE);
    }

    /** The word that says what is created; {@code first} itself where that is not CREATE. */
    private int behindCreate(int first) {
        if (!tokens.is(first, Keyword.CREATE)) {
            return first;
        }
        boolean replaces = tokens.is(first + 1, Keyword.OR) && tokens.is(first + 2, Keyword.REPLACE);
        return replaces ? first + 3 : first + 1;
    }
}
