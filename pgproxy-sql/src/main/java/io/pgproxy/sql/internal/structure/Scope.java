package io.pgproxy.sql.internal.structure;

import org.jspecify.annotations.Nullable;

/**
 * The common tables that are visible somewhere, the nearest first. A name that is written without a schema means the
 * nearest of that name, and a stored relation only where there is none.
 */
record Scope(String name, int commonTable, @Nullable Scope outer) {
    /** The index of the common table that a name means, or -1. */
    static int find(@Nullable Scope scope, String name) {
        for (Scope one = scope; one != null; one = one.outer) {
            if (one.name.equals(name)) {
                return one.commonTable;
            }
        }
        return -1;
    }
}
