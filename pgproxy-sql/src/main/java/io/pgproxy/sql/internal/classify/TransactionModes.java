package io.pgproxy.sql.internal.classify;

import io.pgproxy.sql.TransactionControl;
import io.pgproxy.sql.TransactionControl.Action;
import io.pgproxy.sql.TransactionControl.Isolation;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.TokenKind;
import org.jspecify.annotations.Nullable;

/** {@code transaction_mode_list} of the grammar; the server sets one after the other, so the last one holds. */
final class TransactionModes {
    private @Nullable Isolation isolation;
    private @Nullable Boolean readOnly;
    private @Nullable Boolean deferrable;

    /** Whether one mode or more stands from here to the end. */
    boolean take(Cursor cursor) {
        do {
            if (!takeOne(cursor)) {
                return false;
            }
            if (cursor.take(TokenKind.COMMA) && cursor.atEnd()) {
                return false;
            }
        } while (!cursor.atEnd());
        return true;
    }

    private boolean takeOne(Cursor cursor) {
        if (cursor.take(Keyword.ISOLATION, Keyword.LEVEL)) {
            isolation = level(cursor);
            return isolation != null;
        }
        if (cursor.take(Keyword.READ, Keyword.ONLY)) {
            readOnly = true;
        } else if (cursor.take(Keyword.READ, Keyword.WRITE)) {
            readOnly = false;
        } else if (cursor.take(Keyword.DEFERRABLE)) {
            deferrable = true;
        } else if (cursor.take(Keyword.NOT, Keyword.DEFERRABLE)) {
            deferrable = false;
        } else {
            return false;
        }
        return true;
    }

    private static @Nullable Isolation level(Cursor cursor) {
        if (cursor.take(Keyword.SERIALIZABLE)) {
            return Isolation.SERIALIZABLE;
        }
        if (cursor.take(Keyword.REPEATABLE, Keyword.READ)) {
            return Isolation.REPEATABLE_READ;
        }
        if (cursor.take(Keyword.READ, Keyword.COMMITTED)) {
            return Isolation.READ_COMMITTED;
        }
        return cursor.take(Keyword.READ, Keyword.UNCOMMITTED) ? Isolation.READ_UNCOMMITTED : null;
    }

    TransactionControl control(Action action) {
        return new TransactionControl(action, isolation, readOnly, deferrable, false, null);
    }
}
