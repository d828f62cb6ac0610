package io.pgproxy.cache;

import java.util.Set;

/** What a statement may have changed once it is committed. */
sealed interface Writing {
    /** No row of any table. */
    record Nothing() implements Writing {
        static final Nothing NOTHING = new Nothing();
    }

    /**
     * Rows of these and of no other tables.
     *
     * @param tables their OIDs, partitions, children, and what follows by foreign keys and declared triggers included
     */
    record Tables(Set<Long> tables) implements Writing {
        public Tables {
            tables = Set.copyOf(tables);
        }
    }

    /**
     * Any row.
     *
     * @param reason a sentence without values
     * @param definitions whether what is known of tables, views and functions may be wrong from then on, too
     */
    record Everything(String reason, boolean definitions) implements Writing {}
}
