package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code DeclareCursorStmt}, {@code FetchStmt}, {@code ClosePortalStmt} of the grammar. */
final class CursorStatements {
    private static final Set<Keyword> OPTIONS = EnumSet.of(
            Keyword.NO, Keyword.SCROLL, Keyword.BINARY, Keyword.ASENSITIVE, Keyword.INSENSITIVE, Keyword.CURSOR);
    private static final Set<Keyword> DIRECTIONS = EnumSet.of(
            Keyword.NEXT,
            Keyword.PRIOR,
            Keyword.FIRST,
            Keyword.LAST,
            Keyword.ABSOLUTE,
            Keyword.RELATIVE,
            Keyword.FORWARD,
            Keyword.BACKWARD,
            Keyword.ALL,
            Keyword.FROM,
            Keyword.IN);

    private final Preparables preparables;

    CursorStatements(Preparables preparables) {
        this.preparables = preparables;
    }

    Facts classify(Keyword first, Cursor cursor) {
        cursor.skip();
        Facts facts = switch (first) {
            case DECLARE -> declare(cursor);
            case FETCH -> fetch(cursor, StatementKind.FETCH);
            case MOVE -> fetch(cursor, StatementKind.MOVE);
            case CLOSE -> close(cursor);
            default -> null;
        };
        return facts == null ? Facts.unknown() : facts;
    }

    private @Nullable Facts declare(Cursor cursor) {
        String name = cursor.takeName();
        boolean declared = false;
        boolean hold = false;
        while (name != null && !cursor.atEnd() && !cursor.is(Keyword.FOR)) {
            Keyword word = cursor.keyword();
            if (word == null) {
                return null;
            }
            cursor.skip();
            if (word == Keyword.WITH || word == Keyword.WITHOUT) {
                hold = word == Keyword.WITH;
                if (!cursor.take(Keyword.HOLD)) {
                    return null;
                }
            } else if (!OPTIONS.contains(word)) {
                return null;
            }
            declared |= word == Keyword.CURSOR;
        }
        if (name == null || !declared || !cursor.take(Keyword.FOR)) {
            return null;
        }
        Facts inner = preparables.query(cursor.tokens(), cursor.at(), cursor.to());
        if (inner.kind() == StatementKind.UNKNOWN) {
            return null;
        }
        return Facts.builder(hold ? StatementKind.DECLARE_WITH_HOLD : StatementKind.DECLARE)
                .access(inner.access())
                .functions(inner.functions())
                .effect(new SessionEffect.CursorDeclared(name, hold))
                .inner(inner)
                .build();
    }

    /** The cursor stands last, whatever is in front of it. */
    private static @Nullable Facts fetch(Cursor cursor, StatementKind kind) {
        int last = lastName(cursor);
        while (cursor.at() < last) {
            Keyword word = cursor.keyword();
            boolean expected = word == null ? isNumber(cursor) : DIRECTIONS.contains(word);
            if (!expected) {
                return null;
            }
            cursor.skip();
        }
        String name = cursor.takeName();
        return name == null || !cursor.atEnd()
                ? null
                : Facts.builder(kind)
                        .effect(new SessionEffect.CursorMoved(name))
                        .build();
    }

    private static int lastName(Cursor cursor) {
        int last = cursor.to() - 1;
        boolean escape = last - 2 >= cursor.at()
                && cursor.tokens().is(last - 1, Keyword.UESCAPE)
                && cursor.tokens().is(last - 2, TokenKind.UNICODE_IDENTIFIER);
        return escape ? last - 2 : last;
    }

    private static boolean isNumber(Cursor cursor) {
        return cursor.is(TokenKind.INTEGER) || cursor.isOperator(0, '-') || cursor.isOperator(0, '+');
    }

    private static @Nullable Facts close(Cursor cursor) {
        SessionEffect effect;
        if (cursor.take(Keyword.ALL)) {
            effect = new SessionEffect.AllCursorsClosed();
        } else {
            String name = cursor.takeName();
            if (name == null) {
                return null;
            }
            effect = new SessionEffect.CursorClosed(name);
        }
        return cursor.atEnd()
                ? Facts.builder(StatementKind.CLOSE).effect(effect).build()
                : null;
    }
}
