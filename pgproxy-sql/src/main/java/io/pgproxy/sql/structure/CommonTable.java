package io.pgproxy.sql.structure;

import java.util.List;

/**
 * A query of a WITH clause.
 *
 * @param name its name, folded
 * @param span where its name stands
 * @param query what stands between the parentheses
 * @param columnAliases the names that it gives to its columns
 * @param recursive whether its WITH clause is RECURSIVE
 * @param writes whether it is an INSERT, UPDATE, DELETE or MERGE; one within it counts not
 * @param level the index in {@link KnownTree#levels} of its query
 */
public record CommonTable(
        String name, Span span, Span query, List<String> columnAliases, boolean recursive, boolean writes, int level) {
    /**
     * Copies the list.
     *
     * @param name its name
     * @param span where its name stands
     * @param query what stands between the parentheses
     * @param columnAliases the names of its columns
     * @param recursive whether its WITH clause is RECURSIVE
     * @param writes whether it changes rows
     * @param level its query
     */
    public CommonTable {
        columnAliases = List.copyOf(columnAliases);
    }

    CommonTable at(Places places) {
        return new CommonTable(name, places.moved(span), places.moved(query), columnAliases, recursive, writes, level);
    }
}
