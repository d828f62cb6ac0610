package io.pgproxy.sql.structure;

import org.jspecify.annotations.Nullable;

/**
 * A column of a result, or the columns that a star stands for.
 *
 * @param kind what it is
 * @param name the column's name, or null where the text alone does not tell, always so for a star
 * @param qualifier what stands before the last dot of a reference or star, folded and without its schema: an alias or
 *     relation, or a column of composite type; null if there is none
 * @param column the name of the column referred to, or null if it is no reference
 * @param span the expression with its alias
 */
public record OutputColumn(
        Kind kind,
        @Nullable String name,
        @Nullable String qualifier,
        @Nullable String column,
        Span span) {
    /** What a column of a result is. */
    public enum Kind {
        /** {@code *} or {@code t.*}. */
        STAR,
        /** {@code (expression).*}: the columns of a composite value, which may be the row of a relation. */
        COMPOSITE_STAR,
        /** A plain reference to a column, which may also be one of an outer query. */
        REFERENCE,
        /** Anything else; also each column of a UNION, INTERSECT or EXCEPT, which come from more than one place. */
        EXPRESSION
    }

    OutputColumn at(Places places) {
        return new OutputColumn(kind, name, qualifier, column, places.moved(span));
    }
}
