package io.pgproxy.sql.catalog;

import java.util.List;
import java.util.Optional;

/**
 * A table, view, sequence or foreign table, as it was when the catalogue was read. Where a text names one is an
 * {@link io.pgproxy.sql.structure.Relation}.
 *
 * @param oid its OID
 * @param schema where it is
 * @param name what it is called
 * @param kind what it is
 * @param rowSecurity whether its policies hold for whoever is not its owner
 * @param forcedRowSecurity whether they hold for its owner too
 * @param rules whether a rule other than a view's own rewrites statements that name it
 * @param triggers the names of its triggers that are not switched off and not PostgreSQL's own
 * @param columns its columns in order, without system columns
 */
public record StoredRelation(
        long oid,
        String schema,
        String name,
        RelationKind kind,
        boolean rowSecurity,
        boolean forcedRowSecurity,
        boolean rules,
        List<String> triggers,
        List<Column> columns) {

    /**
     * Keeps what it is given.
     *
     * @param oid its OID
     * @param schema where it is
     * @param name what it is called
     * @param kind what it is
     * @param rowSecurity whether its policies hold for whoever is not its owner
     * @param forcedRowSecurity whether they hold for its owner too
     * @param rules whether a rule other than a view's own rewrites statements that name it
     * @param triggers the names of its triggers that are not switched off and not PostgreSQL's own
     * @param columns its columns in order, without system columns
     */
    public StoredRelation {
        triggers = List.copyOf(triggers);
        columns = List.copyOf(columns);
    }

    /**
     * Whether it is of the system.
     *
     * @return true in pg_catalog and information_schema
     */
    public boolean isSystem() {
        return BuiltInFunctions.isSystemSchema(schema);
    }

    /**
     * One of its columns.
     *
     * @param column its name, folded
     * @return the column, or nothing if there is none of the name or it is a system column
     */
    public Optional<Column> column(String column) {
        return columns.stream().filter(each -> each.name().equals(column)).findFirst();
    }

    /**
     * Its name with its schema, not quoted.
     *
     * @return such as {@code public.orders}
     */
    public String qualifiedName() {
        return schema + "." + name;
    }
}
