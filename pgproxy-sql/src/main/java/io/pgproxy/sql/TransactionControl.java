package io.pgproxy.sql;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A statement that begins, ends or shapes a transaction. Of modes that are given twice the last one counts, as in the
 * server.
 *
 * @param action what it does
 * @param isolation the isolation level it asks for, or null
 * @param readOnly true for READ ONLY, false for READ WRITE, null if it says neither
 * @param deferrable true for DEFERRABLE, false for NOT DEFERRABLE, null if it says neither
 * @param chain whether AND CHAIN begins the next transaction at once
 * @param name the savepoint, or null; identifiers of prepared transactions and snapshots are not kept
 */
public record TransactionControl(
        Action action,
        @Nullable Isolation isolation,
        @Nullable Boolean readOnly,
        @Nullable Boolean deferrable,
        boolean chain,
        @Nullable String name) {
    /** What is done. */
    public enum Action {
        /** BEGIN, START TRANSACTION. */
        BEGIN,
        /** COMMIT, END. */
        COMMIT,
        /** ROLLBACK, ABORT. */
        ROLLBACK,
        /** SAVEPOINT. */
        SAVEPOINT,
        /** RELEASE. */
        RELEASE,
        /** ROLLBACK TO. */
        ROLLBACK_TO,
        /** PREPARE TRANSACTION. */
        PREPARE,
        /** COMMIT PREPARED. */
        COMMIT_PREPARED,
        /** ROLLBACK PREPARED. */
        ROLLBACK_PREPARED,
        /** SET TRANSACTION: the modes of this transaction. */
        SET_TRANSACTION,
        /** SET SESSION CHARACTERISTICS: the modes of those to come. */
        SET_CHARACTERISTICS,
        /** SET TRANSACTION SNAPSHOT. */
        SET_SNAPSHOT
    }

    /** An isolation level. */
    public enum Isolation {
        /** READ UNCOMMITTED, which the server treats as the next. */
        READ_UNCOMMITTED,
        /** READ COMMITTED. */
        READ_COMMITTED,
        /** REPEATABLE READ. */
        REPEATABLE_READ,
        /** SERIALIZABLE. */
        SERIALIZABLE
    }

    /**
     * One without modes.
     *
     * @param action what it does
     * @return one with the action alone
     */
    public static TransactionControl of(Action action) {
        return new TransactionControl(action, null, null, null, false, null);
    }

    /**
     * Whether it asks for a transaction that may write.
     *
     * @return whether READ WRITE was the last word on it
     */
    public boolean asksToWrite() {
        return Objects.equals(readOnly, false);
    }
}
