package io.pgproxy.core;

/** Which of the {@link Limits} somebody was over: the name by which metrics know it. */
public enum Limit {
    /** Rows of a result. */
    ROWS,
    /** Bytes of a result. */
    BYTES,
    /** Time of an execution. */
    TIME,
    /** Bytes of a statement's text. */
    STATEMENT_LENGTH,
    /** Silence outside a transaction. */
    CLIENT_IDLE,
    /** Silence within a transaction. */
    IDLE_IN_TRANSACTION,
    /** Clients in all. */
    CONNECTIONS,
    /** Clients of one user. */
    CONNECTIONS_PER_USER,
    /** Clients of one database. */
    CONNECTIONS_PER_DATABASE,
    /** Clients of one address. */
    CONNECTIONS_PER_ADDRESS,
    /** Executions of one user in a second. */
    QUERIES_PER_SECOND,
    /** Sessions of one user in which something runs. */
    CONCURRENT_QUERIES,
    /** Time of a login. */
    LOGIN_DEADLINE,
    /** Connections in login, in all or of one address. */
    LOGINS
}
