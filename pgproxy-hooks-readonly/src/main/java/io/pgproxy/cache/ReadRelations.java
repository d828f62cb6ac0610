package io.pgproxy.cache;

import io.pgproxy.sql.QualifiedName;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.RelationKind;
import io.pgproxy.sql.catalog.RelationLookup.Found;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.catalog.StoredRelation;
import io.pgproxy.sql.structure.Relation;
import io.pgproxy.sql.structure.RelationUse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what one statement reads. Each method gives a reason why the result must not be kept, or null. */
final class ReadRelations {
    private static final long TIMETZ = 1266;
    private static final long ARRAY_OF_TIMETZ = 1270;

    private final ReadRules rules;
    private final Catalog catalog;
    private final SearchPath path;
    private final Map<Relation, StoredRelation> named = new HashMap<>();
    private final Set<Long> tables = new HashSet<>();
    private boolean readsSystem;

    ReadRelations(ReadRules rules, Catalog catalog, SearchPath path) {
        this.rules = rules;
        this.catalog = catalog;
        this.path = path;
    }

    /** Adds what a statement names. */
    @Nullable
    String add(Relation relation) {
        if (relation.use() != RelationUse.READ) {
            return "it writes " + relation.name();
        }
        if (relation.sampled()) {
            return "TABLESAMPLE takes other rows each time";
        }
        // A temporary table may also be the child of one that is not.
        if (path.temporaryTables()) {
            return relation.name() + " may be or have a temporary relation of the session";
        }
        if (!(catalog.relation(relation.schema(), relation.name(), path) instanceof Found found)) {
            return "the relation " + relation.name() + " is not known";
        }
        named.put(relation, found.relation());
        return add(found.relation());
    }

    /** Adds what a function was declared to read. */
    @Nullable
    String add(QualifiedName table) {
        return catalog.relation(table.schema(), table.name(), path) instanceof Found found
                ? add(found.relation())
                : "the table " + table.name() + " that a function reads is not known";
    }

    private @Nullable String add(StoredRelation relation) {
        if (catalog.varies(relation)) {
            return relation.qualifiedName() + " changes by itself";
        }
        if (!rules.tables().permits(relation)) {
            return denied(relation);
        }
        for (StoredRelation each : opened(relation)) {
            String objection = each.kind() == RelationKind.VIEW ? ofView(each) : ofBase(each);
            if (objection != null) {
                return objection;
            }
        }
        return null;
    }

    private @Nullable String ofView(StoredRelation view) {
        return rules.tables().denies(view) ? denied(view) : ofColumns(view);
    }

    private @Nullable String ofBase(StoredRelation base) {
        if (!rules.tables().permits(base)) {
            return denied(base);
        }
        for (StoredRelation part : catalog.family(base)) {
            String objection = ofPart(part);
            if (objection != null) {
                return objection;
            }
            tables.add(part.oid());
        }
        return ofColumns(base);
    }

    private @Nullable String ofPart(StoredRelation part) {
        if (rules.tables().denies(part)) {
            return denied(part);
        }
        if (part.kind() == RelationKind.SEQUENCE) {
            return part.qualifiedName() + " is a sequence";
        }
        if (part.kind() == RelationKind.FOREIGN_TABLE && !rules.foreignTables()) {
            return part.qualifiedName() + " is a foreign table";
        }
        readsSystem |= part.isSystem();
        return part.isSystem() && !rules.systemTables() ? part.qualifiedName() + " is of the system" : null;
    }

    /** Where such a value is turned to another zone, it has today's offset; no name in the text tells. */
    private static @Nullable String ofColumns(StoredRelation relation) {
        return relation.columns().stream()
                        .anyMatch(column -> column.typeOid() == TIMETZ || column.typeOid() == ARRAY_OF_TIMETZ)
                ? relation.qualifiedName() + " has times with time zone"
                : null;
    }

    private static String denied(StoredRelation relation) {
        return relation.qualifiedName() + " is not to be kept";
    }

    /** The relation, and all that its queries and policies name. */
    private Iterable<StoredRelation> opened(StoredRelation relation) {
        Map<Long, StoredRelation> seen = new HashMap<>();
        Deque<StoredRelation> open = new ArrayDeque<>();
        open.add(relation);
        while (!open.isEmpty()) {
            StoredRelation each = open.removeFirst();
            if (seen.putIfAbsent(each.oid(), each) == null && each.kind() != RelationKind.MATERIALIZED_VIEW) {
                open.addAll(catalog.uses(each));
            }
        }
        return seen.values();
    }

    /** What the places of the statement stand for that were added. */
    Map<Relation, StoredRelation> named() {
        return named;
    }

    /** The OIDs of all tables that are read. */
    Set<Long> tables() {
        return tables;
    }

    /** Whether some of them are of the system. */
    boolean readsSystem() {
        return readsSystem;
    }
}
