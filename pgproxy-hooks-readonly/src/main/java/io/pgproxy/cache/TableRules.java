package io.pgproxy.cache;

import io.pgproxy.sql.catalog.StoredRelation;
import java.util.Set;

/**
 * Whose results may be kept. A rule is a schema, or a relation with its schema ({@code public.orders}), as the
 * catalogue has them, without quotes.
 *
 * @param allowed what may be kept; if it is empty, all that is not denied
 * @param denied what may not, whatever is allowed
 */
record TableRules(Set<String> allowed, Set<String> denied) {
    /** Everything may be kept. */
    static final TableRules NONE = new TableRules(Set.of(), Set.of());

    TableRules {
        allowed = Set.copyOf(allowed);
        denied = Set.copyOf(denied);
    }

    /** Whether the results of a relation that is named, or whose rows are read, may be kept. */
    boolean permits(StoredRelation relation) {
        return !denies(relation) && (allowed.isEmpty() || isIn(allowed, relation));
    }

    /** Whether they may not even if it is only in between, or a part of another. */
    boolean denies(StoredRelation relation) {
        return isIn(denied, relation);
    }

    private static boolean isIn(Set<String> rules, StoredRelation relation) {
        return !rules.isEmpty() && (rules.contains(relation.schema()) || rules.contains(relation.qualifiedName()));
    }
}
