package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.TransactionControl;
import io.pgproxy.sql.TransactionControl.Action;
import io.pgproxy.sql.lexer.Keyword;
import org.jspecify.annotations.Nullable;

/** {@code TransactionStmt} of the grammar, and PREPARE TRANSACTION. */
final class TransactionStatements {
    private static final Facts BEGIN = control(StatementKind.BEGIN, TransactionControl.of(Action.BEGIN));
    private static final Facts COMMIT = control(StatementKind.COMMIT, TransactionControl.of(Action.COMMIT));
    private static final Facts ROLLBACK = control(StatementKind.ROLLBACK, TransactionControl.of(Action.ROLLBACK));

    private TransactionStatements() {}

    private static Facts control(StatementKind kind, TransactionControl control) {
        return Facts.builder(kind).transaction(control).build();
    }

    static Facts classify(Keyword first, Cursor cursor) {
        cursor.skip();
        Facts facts = switch (first) {
            case BEGIN -> {
                work(cursor);
                yield begin(cursor);
            }
            case START -> cursor.take(Keyword.TRANSACTION) ? begin(cursor) : null;
            case COMMIT ->
                cursor.take(Keyword.PREPARED)
                        ? twoPhase(cursor, StatementKind.COMMIT_PREPARED, Action.COMMIT_PREPARED)
                        : end(cursor, COMMIT, Action.COMMIT);
            case END -> end(cursor, COMMIT, Action.COMMIT);
            case ROLLBACK ->
                cursor.take(Keyword.PREPARED)
                        ? twoPhase(cursor, StatementKind.ROLLBACK_PREPARED, Action.ROLLBACK_PREPARED)
                        : rollback(cursor);
            case ABORT -> end(cursor, ROLLBACK, Action.ROLLBACK);
            case SAVEPOINT -> savepoint(cursor, StatementKind.SAVEPOINT, Action.SAVEPOINT);
            case RELEASE -> {
                savepointWord(cursor);
                yield savepoint(cursor, StatementKind.RELEASE, Action.RELEASE);
            }
            case PREPARE ->
                cursor.take(Keyword.TRANSACTION)
                        ? twoPhase(cursor, StatementKind.PREPARE_TRANSACTION, Action.PREPARE)
                        : null;
            default -> null;
        };
        return facts != null && cursor.atEnd() ? facts : Facts.unknown();
    }

    private static void work(Cursor cursor) {
        if (!cursor.take(Keyword.WORK)) {
            cursor.take(Keyword.TRANSACTION);
        }
    }

    private static @Nullable Facts begin(Cursor cursor) {
        if (cursor.atEnd()) {
            return BEGIN;
        }
        TransactionModes modes = new TransactionModes();
        return modes.take(cursor) ? control(StatementKind.BEGIN, modes.control(Action.BEGIN)) : null;
    }

    private static @Nullable Facts end(Cursor cursor, Facts plain, Action action) {
        work(cursor);
        if (!cursor.take(Keyword.AND)) {
            return plain;
        }
        boolean chain = !cursor.take(Keyword.NO);
        if (!cursor.take(Keyword.CHAIN)) {
            return null;
        }
        return chain ? control(plain.kind(), new TransactionControl(action, null, null, null, true, null)) : plain;
    }

    private static @Nullable Facts rollback(Cursor cursor) {
        int start = cursor.at();
        work(cursor);
        if (cursor.take(Keyword.TO)) {
            savepointWord(cursor);
            return savepoint(cursor, StatementKind.ROLLBACK_TO, Action.ROLLBACK_TO);
        }
        cursor.moveTo(start);
        return end(cursor, ROLLBACK, Action.ROLLBACK);
    }

    /** SAVEPOINT may be the word and may be the name. */
    private static void savepointWord(Cursor cursor) {
        if (cursor.at() + 1 < cursor.to()) {
            cursor.take(Keyword.SAVEPOINT);
        }
    }

    private static @Nullable Facts savepoint(Cursor cursor, StatementKind kind, Action action) {
        String name = cursor.takeName();
        return name == null ? null : control(kind, new TransactionControl(action, null, null, null, false, name));
    }

    private static @Nullable Facts twoPhase(Cursor cursor, StatementKind kind, Action action) {
        return cursor.takeString() ? control(kind, TransactionControl.of(action)) : null;
    }
}
