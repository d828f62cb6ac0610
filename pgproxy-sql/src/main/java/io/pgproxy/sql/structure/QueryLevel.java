package io.pgproxy.sql.structure;

import org.jspecify.annotations.Nullable;

/**
 * A single SELECT, VALUES, TABLE or statement that changes rows: what has relations of its own. Its relations are those
 * whose {@link Relation#level} is its index; columns of its ancestors' relations are visible in it as {@link #place}
 * says. The query of a common table has the parent and the place of the query that its WITH clause belongs to, whose
 * relations it does not see.
 *
 * @param parent the index of the query around it, or -1
 * @param place where in its parent it stands
 * @param kind which statement it is
 * @param span from its first word to its last; ORDER BY, LIMIT and locks count for the last one of a set operation
 * @param targets the list of SELECT or of RETURNING, without that word, or null if there is none
 * @param from the items of FROM or USING, without that word, or null
 * @param where the condition of WHERE, without that word, or null
 */
public record QueryLevel(
        int parent,
        Place place,
        Kind kind,
        Span span,
        @Nullable Span targets,
        @Nullable Span from,
        @Nullable Span where) {
    /** Which statement a level is. */
    public enum Kind {
        /** SELECT. */
        SELECT,
        /** VALUES. */
        VALUES,
        /** TABLE. */
        TABLE,
        /** INSERT. */
        INSERT,
        /** UPDATE. */
        UPDATE,
        /** DELETE. */
        DELETE,
        /** MERGE. */
        MERGE,
        /** TRUNCATE. */
        TRUNCATE
    }

    /** Where a query stands in the one around it. */
    public enum Place {
        /** Nowhere: it is the statement, or an operand of UNION, INTERSECT or EXCEPT that makes the statement. */
        STATEMENT,
        /** In FROM, without LATERAL: sees none of its parent's relations, but what its parent itself sees of others. */
        FROM,
        /** In FROM behind LATERAL: sees those items of FROM that stand before it. */
        LATERAL,
        /** In an expression: sees the relations of its parent. */
        EXPRESSION,
        /** The query of an INSERT: does not see the target. */
        SOURCE
    }

    QueryLevel at(Places places) {
        return new QueryLevel(
                parent,
                place,
                kind,
                places.moved(span),
                moved(targets, places),
                moved(from, places),
                moved(where, places));
    }

    private static @Nullable Span moved(@Nullable Span span, Places places) {
        return span == null ? null : places.moved(span);
    }
}
