package io.pgproxy.cache;

import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.RelationLookup;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.catalog.StoredRelation;

/** What the host says was written. */
final class Invalidation {
    private Invalidation() {}

    /** A table was; a view stands for what it reads. */
    static void of(CachedDatabase database, String schema, String table) {
        Catalog catalog = database.catalog();
        DatabaseVersions versions = database.versions();
        if (catalog != null && catalog.relation(schema, table, SearchPath.of()) instanceof RelationLookup.Found found) {
            for (StoredRelation base : catalog.baseRelations(found.relation())) {
                catalog.family(base).forEach(each -> versions.table(each.oid()).changed());
            }
        } else {
            versions.everything().changed();
        }
    }
}
