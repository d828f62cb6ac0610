package io.pgproxy.hook;

/**
 * Stage 4: a new text for a statement. Each hook sees the text of the one before; the result is pinned to the prepared
 * statement. Fails closed.
 */
@FunctionalInterface
public non-sealed interface RewriteHook extends QueryHook {
    /**
     * Asked when a statement is prepared, or comes as a Query. Must not depend on parameters.
     *
     * @param statement the statement, with the text so far
     * @return the text to send: one statement, parameters numbered as before; {@link Verdict#proceed} to keep it
     */
    Verdict<String> rewrite(Statement statement);
}
