package io.pgproxy.cache;

import io.pgproxy.cache.Writing.Everything;
import io.pgproxy.cache.Writing.Nothing;
import io.pgproxy.sql.Copy;
import io.pgproxy.sql.Facts;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.QualifiedName;
import io.pgproxy.sql.SessionEffect.TemporaryObjectCreated;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.structure.FunctionCall;
import io.pgproxy.sql.structure.KnownTree;
import io.pgproxy.sql.structure.Relation;
import io.pgproxy.sql.structure.SqlTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells which tables a statement may change, once it is committed. Immutable; any thread may ask, and nothing is looked
 * up outside memory.
 *
 * <p>What it cannot see: functions that are IMMUTABLE or STABLE and call others that write; code behind checks,
 * policies, domains and indexes; and code behind what a query reads or no name tells of: views, operators, casts, and
 * attribute notation.
 */
final class WriteAnalysis {
    private static final String CONFLICT = "conflict";

    private static final Nothing NOTHING = Nothing.NOTHING;
    private static final Everything NOT_KNOWN = new Everything("its structure is not known", false);
    private static final Everything ANYTHING = new Everything("it may change anything", true);
    private static final Everything BY_NAME = new Everything("what it runs is not known", false);
    private static final Everything CODE = new Everything("it runs code", true);
    private static final Everything PREPARED = new Everything("a prepared transaction is committed apart", true);
    private static final Everything DEFINES = new Everything("it changes definitions", true);

    private final Declarations declared;
    private final CalledWrites calls;

    WriteAnalysis(Declarations declared) {
        this.declared = declared;
        this.calls = new CalledWrites(declared);
    }

    /**
     * Whether a statement's structure is needed to tell what it changes. For all others the structure is not looked at,
     * and {@link #of(Facts, String, Catalog, SearchPath)} says the same at once.
     */
    static boolean needsTree(Facts facts) {
        return switch (facts.kind()) {
            case INSERT, UPDATE, DELETE, MERGE, TRUNCATE, SELECT_WRITING -> true;
            case EXPLAIN, COPY_TO_CLIENT, COPY_TO_SERVER -> facts.inner() != null && needsTree(facts.inner());
            default -> false;
        };
    }

    /**
     * What a statement may change, if its structure is not needed; else everything.
     *
     * @param facts what is known of it
     * @param sql its text alone
     * @param catalog what is known of the server
     * @param path the search_path of the session
     */
    Writing of(Facts facts, String sql, Catalog catalog, SearchPath path) {
        return new Asked(sql, catalog, path).of(facts);
    }

    /**
     * What a statement may change.
     *
     * @param facts what is known of it
     * @param tree its structure
     * @param sql its text alone
     * @param catalog what is known of the server
     * @param path the search_path of the session
     */
    Writing of(Facts facts, SqlTree tree, String sql, Catalog catalog, SearchPath path) {
        Asked asked = new Asked(sql, catalog, path);
        if (!needsTree(facts)) {
            return asked.of(facts);
        }
        return tree instanceof KnownTree known ? asked.ofRows(known) : NOT_KNOWN;
    }

    /** What does not change with what is asked within one statement. */
    private final class Asked {
        private final String sql;
        private final Catalog catalog;
        private final SearchPath path;

        Asked(String sql, Catalog catalog, SearchPath path) {
            this.sql = sql;
            this.catalog = catalog;
            this.path = path;
        }

        Writing of(Facts facts) {
            return switch (facts.family()) {
                case READ, READ_LOCK, SHOW, COPY_OUT, CURSOR, EXPLAIN -> ofReading(facts);
                case WRITE -> facts.kind() == StatementKind.SELECT_INTO ? ofDefinition(facts) : NOT_KNOWN;
                case DDL -> ofDefinition(facts);
                case COPY_IN, COPY_SERVER -> ofCopy(facts);
                case PREPARE -> facts.kind() == StatementKind.EXECUTE ? ofReading(facts) : NOTHING;
                case TRANSACTION -> ofTransaction(facts);
                case UTILITY -> ofMaintenance(facts);
                case SET, DISCARD, LOCK, NOTIFY, EMPTY -> NOTHING;
                case CALL, UNKNOWN -> CODE;
            };
        }

        /** Whatever reads: it writes if something that it calls does. */
        private Writing ofReading(Facts facts) {
            return switch (facts.access()) {
                case NONE, READ, LOCK -> ofCalls(facts.functions());
                case BY_NAME -> BY_NAME;
                case WRITE, UNKNOWN -> facts.kind() == StatementKind.EXECUTE ? BY_NAME : ANYTHING;
            };
        }

        private Writing ofCalls(List<FunctionName> functions) {
            FunctionName writes = calls.among(functions, catalog, path);
            return writes == null ? NOTHING : new Everything("the function " + writes.name() + " may write", true);
        }

        private static Writing ofTransaction(Facts facts) {
            return facts.kind() == StatementKind.PREPARE_TRANSACTION || facts.kind() == StatementKind.COMMIT_PREPARED
                    ? PREPARED
                    : NOTHING;
        }

        /** What moves rows about and changes none. */
        private Writing ofMaintenance(Facts facts) {
            return switch (facts.kind()) {
                case VACUUM, ANALYZE, CLUSTER, CHECKPOINT, SET_CONSTRAINTS -> NOTHING;
                case REINDEX -> catalog.hasEventTriggers() ? DEFINES : NOTHING;
                default -> CODE;
            };
        }

        private Writing ofDefinition(Facts facts) {
            if (facts.kind() == StatementKind.REFRESH_MATERIALIZED_VIEW) {
                QualifiedName view = Refreshed.view(sql);
                return view == null || catalog.hasEventTriggers() ? DEFINES : ofTable(view, Change.TRUNCATE);
            }
            boolean harmless = facts.kind() == StatementKind.COMMENT || isTemporary(facts);
            return harmless && !catalog.hasEventTriggers() ? ofInner(facts) : DEFINES;
        }

        private static boolean isTemporary(Facts facts) {
            return switch (facts.kind()) {
                case CREATE_TABLE, CREATE_TABLE_AS, CREATE_VIEW, CREATE_SEQUENCE, SELECT_INTO ->
                    facts.effects().stream().anyMatch(TemporaryObjectCreated.class::isInstance);
                default -> false;
            };
        }

        /** Of the query that fills a table; SELECT INTO is its own. */
        private Writing ofInner(Facts facts) {
            Facts inner = facts.inner();
            if (inner != null) {
                return ofReading(inner);
            }
            return switch (facts.kind()) {
                case SELECT_INTO -> ofCalls(facts.functions());
                case CREATE_TABLE_AS -> BY_NAME;
                default -> NOTHING;
            };
        }

        private Writing ofCopy(Facts facts) {
            Copy copy = facts.copy();
            if (copy == null || copy.peer() == Copy.Peer.PROGRAM) {
                return CODE;
            }
            if (copy.direction() == Copy.Direction.OUT) {
                return ofInner(facts);
            }
            QualifiedName table = copy.relation();
            Writing calls = ofCalls(facts.functions()); // those of its WHERE
            return calls != NOTHING || table == null ? ANYTHING : ofTable(table, Change.INSERT);
        }

        private Writing ofTable(QualifiedName table, Change change) {
            Spread spread = new Spread(declared, catalog, path);
            spread.add(table.schema(), table.name(), change);
            return spread.result();
        }

        /** Of a statement that changes rows, or holds such. */
        Writing ofRows(KnownTree tree) {
            Writing calls = ofCalls(tree.functions().stream().map(Asked::name).toList());
            if (calls != NOTHING) {
                return calls;
            }
            Spread spread = new Spread(declared, catalog, path);
            for (Relation relation : tree.relationsWritten()) {
                Change change = change(relation);
                if (change == null) {
                    return DEFINES;
                }
                spread.add(relation.schema(), relation.name(), change);
            }
            return spread.result();
        }

        /** Whether ON CONFLICT may be there, which cannot be written otherwise. */
        private boolean mayUpdate() {
            for (int at = 0; at <= sql.length() - CONFLICT.length(); at++) {
                if (sql.regionMatches(true, at, CONFLICT, 0, CONFLICT.length())) {
                    return true;
                }
            }
            return false;
        }

        private static FunctionName name(FunctionCall call) {
            return new FunctionName(call.schema(), call.name(), call.grammar());
        }

        /** Null where a relation is made. */
        private @Nullable Change change(Relation relation) {
            return switch (relation.use()) {
                case INSERT -> mayUpdate() ? Change.UPDATE : Change.INSERT;
                case UPDATE -> Change.UPDATE;
                case DELETE -> Change.DELETE;
                case TRUNCATE -> Change.TRUNCATE;
                case MERGE -> Change.ANY;
                case CREATE, READ -> null;
            };
        }
    }
}
