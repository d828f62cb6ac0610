package io.pgproxy.hook;

import io.pgproxy.sql.Facts;

/** Stage 2: what a statement does. Pure; may be asked again for the same text. Fails closed. */
@FunctionalInterface
public non-sealed interface ClassifyHook extends QueryHook {
    /**
     * Adds what is known of a statement.
     *
     * @param statement the statement; {@link Statement#facts} are those known so far
     * @param known the same facts
     * @return facts that are merged with the known ones to the stricter of both: they can make a read a write, never
     *     the reverse
     */
    Facts classify(Statement statement, Facts known);
}
