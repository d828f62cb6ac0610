package io.pgproxy.sql.structure;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place where a relation is named. What the catalogue knows of it is an
 * {@link io.pgproxy.sql.catalog.StoredRelation}.
 *
 * @param schema the schema that the text names, folded as the server folds it, or null
 * @param name the name, folded, unquoted and cut to 63 bytes
 * @param span the name with its schema
 * @param item the whole item: from {@code ONLY} or the name to the alias with its columns and TABLESAMPLE. In FROM,
 *     this is what a sub-select with the same alias may stand in for, unless it is {@code sampled}; not in {@code TABLE
 *     t}
 * @param use what the statement does with it
 * @param alias its alias, folded, or null
 * @param columnAliases the names that the alias gives to its columns
 * @param only whether ONLY leaves out partitions and children
 * @param sampled whether it is read through TABLESAMPLE
 * @param commonTable the index in {@link KnownTree#commonTables} of what it refers to, or -1 for a stored relation
 * @param level the index in {@link KnownTree#levels} of the query that names it
 */
public record Relation(
        @Nullable String schema,
        String name,
        Span span,
        Span item,
        RelationUse use,
        @Nullable String alias,
        List<String> columnAliases,
        boolean only,
        boolean sampled,
        int commonTable,
        int level) {
    /**
     * Copies the list.
     *
     * @param schema the schema
     * @param name the name
     * @param span the name with its schema
     * @param item the whole item
     * @param use what the statement does with it
     * @param alias its alias
     * @param columnAliases the names of its columns
     * @param only whether ONLY is there
     * @param sampled whether TABLESAMPLE is there
     * @param commonTable what it refers to
     * @param level the query that names it
     */
    public Relation {
        columnAliases = List.copyOf(columnAliases);
    }

    /**
     * Whether it is a relation of the catalogue and not a common table of the statement.
     *
     * @return false for a reference to a common table
     */
    public boolean isStored() {
        return commonTable < 0;
    }

    /**
     * The name under which its columns are known in its query; to be quoted where it is written into a text.
     *
     * @return the alias if it has one, else its name
     */
    public String visibleName() {
        return alias == null ? name : alias;
    }

    Relation at(Places places) {
        Span named = places.moved(span);
        Span whole = places.moved(item);
        return new Relation(schema, name, named, whole, use, alias, columnAliases, only, sampled, commonTable, level);
    }
}
