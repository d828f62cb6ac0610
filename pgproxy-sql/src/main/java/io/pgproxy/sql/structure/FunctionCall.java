package io.pgproxy.sql.structure;

import org.jspecify.annotations.Nullable;

/**
 * A place where something is called by its name.
 *
 * @param schema the schema that the text names, folded, or null
 * @param name the name, folded; for a form of PostgreSQL's own grammar its keyword, such as {@code coalesce} and
 *     {@code current_user}
 * @param grammar whether it is such a form
 * @param span the name with its schema
 * @param call from the name to the closing parenthesis
 * @param inFrom whether it stands in FROM as a relation
 * @param level the index in {@link KnownTree#levels} of the query that calls it
 */
public record FunctionCall(
        @Nullable String schema, String name, boolean grammar, Span span, Span call, boolean inFrom, int level) {
    FunctionCall at(Places places) {
        return new FunctionCall(schema, name, grammar, places.moved(span), places.moved(call), inFrom, level);
    }
}
