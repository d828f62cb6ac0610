package io.pgproxy.cache;

/**
 * An answer that a message calls for.
 *
 * @param portal of what is bound or executed
 * @param statement the name of what is parsed or closed
 */
record Awaited(Kind kind, Portal portal, String statement) {
    enum Kind {
        PARSED,
        BOUND,
        STATEMENT_DESCRIBED,
        PORTAL_DESCRIBED,
        EXECUTED,
        PORTAL_CLOSED,
        STATEMENT_CLOSED,
        PART_OF_QUERY,
        READY
    }
}
