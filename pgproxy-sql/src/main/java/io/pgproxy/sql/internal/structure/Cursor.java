package io.pgproxy.sql.internal.structure;

import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.Names;
import io.pgproxy.sql.lexer.TokenKind;
import io.pgproxy.sql.lexer.Tokens;
import io.pgproxy.sql.structure.UnknownTree.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A place in the tokens of a statement that moves on, and the questions that a reader asks there. */
final class Cursor {
    final Tokens tokens;
    final Brackets brackets;
    final Reading reading;
    /** The token behind the statement. */
    final int last;

    int at;

    Cursor(Tokens tokens, int last, Brackets brackets, Reading reading) {
        this.tokens = tokens;
        this.last = last;
        this.brackets = brackets;
        this.reading = reading;
    }

    boolean atEnd() {
        return at >= last;
    }

    @Nullable
    Keyword keyword() {
        return keywordAt(at);
    }

    @Nullable
    Keyword keywordAt(int token) {
        return token >= 0 && token < last ? tokens.keyword(token) : null;
    }

    boolean is(Keyword keyword) {
        return isAt(at, keyword);
    }

    boolean isAt(int token, Keyword keyword) {
        return token >= 0 && token < last && tokens.is(token, keyword);
    }

    boolean is(TokenKind kind) {
        return isAt(at, kind);
    }

    boolean isAt(int token, TokenKind kind) {
        return token >= 0 && token < last && tokens.is(token, kind);
    }

    boolean isAny(Set<Keyword> keywords) {
        Keyword keyword = keyword();
        return keyword != null && keywords.contains(keyword);
    }

    /** Whether the token is this operator of one character. */
    boolean isOperator(int token, char operator) {
        return isAt(token, TokenKind.OPERATOR)
                && tokens.end(token) - tokens.start(token) == 1
                && tokens.text()[tokens.start(token)] == operator;
    }

    boolean accept(Keyword keyword) {
        if (is(keyword)) {
            at++;
            return true;
        }
        return false;
    }

    boolean accept(TokenKind kind) {
        if (is(kind)) {
            at++;
            return true;
        }
        return false;
    }

    void expect(Keyword keyword) {
        if (!accept(keyword)) {
            throw unread();
        }
    }

    void expect(TokenKind kind) {
        if (!accept(kind)) {
            throw unread();
        }
    }

    /** The token that closes what the one here opens. */
    int partner() {
        return brackets.partner(at);
    }

    boolean isColumnName() {
        return !atEnd() && Words.isColumnName(tokens, at);
    }

    /** Reads a name, whatever word it may be, and marks it as one. */
    String name() {
        if (atEnd() || !Words.isLabel(tokens, at)) {
            throw unread();
        }
        String name = Names.name(tokens, at);
        if (name == null) {
            throw unread();
        }
        reading.mark(at, Mark.NAME);
        at++;
        skipEscape();
        return name;
    }

    /** {@code UESCAPE 'x'} belongs to the name or string before it. */
    void skipEscape() {
        TokenKind before = tokens.kind(at - 1);
        if ((before == TokenKind.UNICODE_IDENTIFIER || before == TokenKind.UNICODE_STRING) && is(Keyword.UESCAPE)) {
            if (at + 1 >= last || !tokens.kind(at + 1).isString()) {
                throw unread();
            }
            reading.drop(at, at + 2);
            at += 2;
        }
    }

    /** The column of {@code (a, b, c)}, if there are any here. */
    List<String> columnNames() {
        if (!is(TokenKind.LEFT_PARENTHESIS)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        at++;
        do {
            names.add(name());
        } while (accept(TokenKind.COMMA));
        expect(TokenKind.RIGHT_PARENTHESIS);
        return names;
    }

    UnknownStructureException unread() {
        return new UnknownStructureException(Reason.NOT_READ, Math.min(at, last));
    }
}
