package io.pgproxy.cache;

import java.util.Set;

/** The versions of all that a result was read from, at the time when it was asked for. Immutable. */
final class Stamps {
    private final TableVersion[] tables;
    private final long[] versions;

    private Stamps(TableVersion[] tables, long everything) {
        this.tables = tables;
        this.versions = new long[tables.length];
        versions[0] = everything;
        for (int i = 1; i < tables.length; i++) {
            versions[i] = tables[i].now();
        }
    }

    /**
     * The versions of tables now.
     *
     * @param everything that of their database before anybody asked which tables these are: with definitions that
     *     change meanwhile they would be others
     */
    static Stamps of(DatabaseVersions database, Set<Long> tables, long everything) {
        TableVersion[] all = new TableVersion[tables.size() + 1];
        int at = 0;
        all[at++] = database.everything();
        for (long oid : tables) {
            all[at++] = database.table(oid);
        }
        return new Stamps(all, everything);
    }

    /** {@return whether nothing was about to change, and the last change was over for so many nanoseconds} */
    boolean areQuiet(long settledFor) {
        long now = System.nanoTime();
        for (int i = 0; i < tables.length; i++) {
            if (!TableVersion.isQuiet(versions[i]) || now - tables[i].endedAt() < settledFor) {
                return false;
            }
        }
        return true;
    }

    /** {@return whether nothing has changed since, nor is about to} */
    boolean hold() {
        for (int i = 0; i < tables.length; i++) {
            if (tables[i].now() != versions[i]) {
                return false;
            }
        }
        return true;
    }

    int size() {
        return tables.length;
    }
}
