package io.pgproxy.pool;

/** For how long a client has a connection to the upstream. */
public enum PoolMode {
    /** From its login to its end. Everything that a session can have works as without a pool. */
    SESSION,
    /**
     * From its first statement to the end of the transaction. Prepared statements and settings follow the client from
     * connection to connection; what cannot follow keeps the connection for the client.
     */
    TRANSACTION,
    /** For one statement, or one batch up to Sync: a transaction that goes on beyond that is refused (0A000). */
    STATEMENT
}
