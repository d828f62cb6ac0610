package io.pgproxy.cache;

import io.pgproxy.cache.Writing.Everything;
import io.pgproxy.cache.Writing.Tables;
import io.pgproxy.sql.QualifiedName;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.ForeignKey;
import io.pgproxy.sql.catalog.RelationKind;
import io.pgproxy.sql.catalog.RelationLookup.Found;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.catalog.StoredRelation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows a change from the table that a statement names to all tables whose rows it may change: through views, to
 * children and partitions, along foreign keys, and by declared triggers. It ends with everything where code runs that
 * nobody can see through.
 */
final class Spread {
    private record Step(StoredRelation relation, Change change) {}

    private final Declarations declared;
    private final Catalog catalog;
    private final SearchPath path;
    private final Set<Long> changed = new HashSet<>();
    private final Set<Step> seen = new HashSet<>();
    private final Deque<Step> open = new ArrayDeque<>();
    private @Nullable Everything everything;

    Spread(Declarations declared, Catalog catalog, SearchPath path) {
        this.declared = declared;
        this.catalog = catalog;
        this.path = path;
    }

    /** Adds what a statement names. */
    void add(@Nullable String schema, String name, Change change) {
        if (catalog.relation(schema, name, path) instanceof Found found) {
            reach(found.relation(), change);
        } else {
            end("the relation " + name + " is not known");
        }
    }

    /** What may have changed by all that was added. */
    Writing result() {
        while (everything == null && !open.isEmpty()) {
            Step step = open.removeFirst();
            if (step.relation.kind() == RelationKind.VIEW) {
                throughView(step);
            } else {
                toFamily(step);
            }
        }
        return everything != null ? everything : new Tables(changed);
    }

    private void end(String reason) {
        if (everything == null) {
            everything = new Everything(reason, false);
        }
    }

    private void reach(StoredRelation relation, Change change) {
        Step step = new Step(relation, change);
        if (seen.add(step)) {
            open.add(step);
        }
    }

    /** An updatable view hands the change on to one of the tables that it names. */
    private void throughView(Step step) {
        StoredRelation view = step.relation;
        if (catalog.uses(view).isEmpty()) {
            end(view.qualifiedName() + " has no table behind it");
        }
        code(view, step.change);
        for (StoredRelation used : catalog.uses(view)) {
            reach(used, step.change);
        }
    }

    private void toFamily(Step step) {
        if (step.relation.isSystem()) {
            everything = new Everything(step.relation.qualifiedName() + " is of the system", true);
            return;
        }
        // A row that moves to another partition is deleted from its own, for keys that refer to that one.
        boolean moves = step.change == Change.UPDATE && step.relation.kind() == RelationKind.PARTITIONED_TABLE;
        for (StoredRelation part : catalog.family(step.relation)) {
            changed.add(part.oid());
            code(part, step.change);
            for (ForeignKey key : catalog.foreignKeysTo(part)) {
                along(key, moves ? Change.ANY : step.change);
            }
        }
    }

    private void along(ForeignKey key, Change change) {
        boolean follows = switch (change) {
            case INSERT -> false;
            case UPDATE -> key.followsUpdates();
            case DELETE -> key.followsDeletes();
            case ANY -> key.followsUpdates() || key.followsDeletes();
            // Without CASCADE the server refuses what others refer to.
            case TRUNCATE -> true;
        };
        if (follows) {
            reach(key.table(), change == Change.TRUNCATE ? change : Change.ANY);
        }
    }

    /** What runs when a relation is written beside the statement itself. */
    private void code(StoredRelation relation, Change change) {
        if (relation.rules()) {
            end(relation.qualifiedName() + " has rules");
        }
        if (change.computesColumns() && catalog.runsUnknownCode(relation)) {
            end("a default of " + relation.qualifiedName() + " calls a function that may write");
        }
        for (String trigger : relation.triggers()) {
            Set<QualifiedName> written = writtenBy(relation, trigger);
            if (written == null) {
                end("the trigger " + trigger + " of " + relation.qualifiedName() + " may write");
            } else {
                written.forEach(table -> add(table.schema(), table.name(), Change.ANY));
            }
        }
    }

    /** Partitions have the triggers of their parents, by the same name. */
    private @Nullable Set<QualifiedName> writtenBy(StoredRelation relation, String trigger) {
        Set<QualifiedName> written = declared.writtenBy(relation.schema(), relation.name(), trigger);
        if (written != null) {
            return written;
        }
        for (StoredRelation parent : catalog.parents(relation)) {
            if (parent.kind() == RelationKind.PARTITIONED_TABLE
                    && parent.triggers().contains(trigger)) {
                return writtenBy(parent, trigger);
            }
        }
        return null;
    }
}
