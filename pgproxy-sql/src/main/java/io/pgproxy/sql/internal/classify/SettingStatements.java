package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.SessionEffect.Scope;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.TransactionControl;
import io.pgproxy.sql.TransactionControl.Action;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import org.jspecify.annotations.Nullable;

/** {@code VariableSetStmt}, {@code VariableResetStmt}, {@code VariableShowStmt}, {@code ConstraintsSetStmt}. */
final class SettingStatements {
    private SettingStatements() {}

    static Facts classify(Keyword first, Cursor cursor) {
        cursor.skip();
        Facts facts = switch (first) {
            case SET -> set(cursor);
            case RESET -> reset(cursor);
            case SHOW -> show(cursor);
            default -> null;
        };
        return facts != null && cursor.atEnd() ? facts : Facts.unknown();
    }

    private static @Nullable Facts set(Cursor cursor) {
        if (cursor.is(Keyword.CONSTRAINTS) && !isVariable(cursor)) {
            return constraints(cursor);
        }
        Scope scope = Scope.SESSION;
        if (cursor.is(Keyword.LOCAL) && !isVariable(cursor)) {
            cursor.skip();
            scope = Scope.LOCAL;
        } else if (cursor.is(Keyword.SESSION) && !isVariable(cursor) && !isSessionPhrase(cursor)) {
            cursor.skip();
        }
        if (cursor.is(Keyword.TRANSACTION) && !isVariable(cursor)) {
            cursor.skip();
            return transaction(cursor);
        }
        if (cursor.is(Keyword.SESSION) && cursor.is(1, Keyword.CHARACTERISTICS) && cursor.is(2, Keyword.AS)) {
            cursor.moveTo(cursor.at() + 3);
            return cursor.take(Keyword.TRANSACTION)
                    ? modes(cursor, StatementKind.SET_SESSION_CHARACTERISTICS, Action.SET_CHARACTERISTICS)
                    : null;
        }
        SessionEffect effect = SettingValues.take(cursor, scope);
        return effect == null ? null : with(StatementKind.SET, effect);
    }

    /** Whether the word here is a setting's name: what stands behind decides. */
    private static boolean isVariable(Cursor cursor) {
        return cursor.isOperator(1, '=')
                || cursor.is(1, Keyword.TO)
                || cursor.is(1, Keyword.FROM)
                || cursor.is(1, TokenKind.DOT);
    }

    private static boolean isSessionPhrase(Cursor cursor) {
        return cursor.is(1, Keyword.AUTHORIZATION)
                || (cursor.is(1, Keyword.CHARACTERISTICS) && cursor.is(2, Keyword.AS));
    }

    private static @Nullable Facts transaction(Cursor cursor) {
        if (cursor.take(Keyword.SNAPSHOT)) {
            TransactionControl control = TransactionControl.of(Action.SET_SNAPSHOT);
            return cursor.takeString()
                    ? Facts.builder(StatementKind.SET_TRANSACTION)
                            .transaction(control)
                            .build()
                    : null;
        }
        return modes(cursor, StatementKind.SET_TRANSACTION, Action.SET_TRANSACTION);
    }

    private static @Nullable Facts modes(Cursor cursor, StatementKind kind, Action action) {
        TransactionModes modes = new TransactionModes();
        return modes.take(cursor)
                ? Facts.builder(kind).transaction(modes.control(action)).build()
                : null;
    }

    private static @Nullable Facts constraints(Cursor cursor) {
        cursor.skip();
        if (!cursor.take(Keyword.ALL)) {
            do {
                if (!qualifiedName(cursor)) {
                    return null;
                }
            } while (cursor.take(TokenKind.COMMA));
        }
        boolean deferred = cursor.take(Keyword.DEFERRED);
        return deferred || cursor.take(Keyword.IMMEDIATE)
                ? with(StatementKind.SET_CONSTRAINTS, new SessionEffect.ConstraintsSet(deferred))
                : null;
    }

    private static boolean qualifiedName(Cursor cursor) {
        boolean read = cursor.takeName() != null;
        while (read && cursor.take(TokenKind.DOT)) {
            read = cursor.takeLabel() != null;
        }
        return read;
    }

    private static @Nullable Facts reset(Cursor cursor) {
        if (cursor.take(Keyword.ALL)) {
            return with(StatementKind.RESET, new SessionEffect.AllReset());
        }
        String name = SettingValues.phrase(cursor);
        return name == null ? null : with(StatementKind.RESET, new SessionEffect.SettingReset(name));
    }

    private static @Nullable Facts show(Cursor cursor) {
        boolean read = cursor.take(Keyword.ALL) || SettingValues.phrase(cursor) != null;
        return read ? Preparables.plain(StatementKind.SHOW) : null;
    }

    private static Facts with(StatementKind kind, SessionEffect effect) {
        return Facts.builder(kind).effect(effect).build();
    }
}
