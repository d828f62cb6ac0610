package io.pgproxy.sql;

/**
 * Whether the server runs a statement in a transaction block. Several statements in one Query message, or in one
 * pipeline up to Sync, are such a block too where the server counts them so.
 */
public enum InBlock {
    /** Inside and outside. */
    ALLOWED,
    /** Only outside (25001, {@code PreventInTransactionBlock}). */
    FORBIDDEN,
    /** Only inside (25P01, {@code RequireTransactionBlock}). */
    REQUIRED;

    static InBlock stricter(InBlock one, InBlock other) {
        return one == ALLOWED ? other : one;
    }
}
