package io.pgproxy.cache;

import java.util.Set;

/** Whether the result of a statement may be kept. */
sealed interface Reading {
    /**
     * It may be, until one of the tables is written.
     *
     * @param tables the OIDs of the tables, materialized views and foreign tables whose rows it shows or is chosen by,
     *     with their partitions and children
     * @param readsSystem whether it shows system catalogues too, whose changes nobody tells of
     * @param readsSettings whether a view or policy asks for settings, of which the key does not hold all
     */
    record Cacheable(Set<Long> tables, boolean readsSystem, boolean readsSettings) implements Reading {
        public Cacheable {
            tables = Set.copyOf(tables);
        }
    }

    /**
     * It may not be.
     *
     * @param reason a sentence; names of relations and functions may be in it, values are not
     */
    record NotCacheable(String reason) implements Reading {}
}
