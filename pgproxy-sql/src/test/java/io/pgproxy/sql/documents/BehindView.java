package io.pgproxy.sql.documents;

import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.JdbcCatalog;
import io.pgproxy.sql.catalog.RelationLookup;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.catalog.StoredRelation;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Tells which tables are read when a view is. */
public final class BehindView {
    private final JdbcCatalog server;

    public BehindView(DataSource source) throws SQLException {
        server = JdbcCatalog.builder(source).build();
        server.refresh(); // blocks; builder.refreshAfter keeps it young
    }

    /** Empty if the catalogue cannot tell, or has no such relation. */
    public Optional<List<String>> tables(String view) {
        Catalog catalog = server.current(); // never blocks
        return catalog.relation(null, view, SearchPath.of("public")) instanceof RelationLookup.Found found
                ? Optional.of(catalog.baseRelations(found.relation()).stream()
                        .map(StoredRelation::qualifiedName)
                        .toList())
                : Optional.empty();
    }
}
