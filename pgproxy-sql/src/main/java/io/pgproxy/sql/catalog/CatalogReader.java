package io.pgproxy.sql.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a whole catalogue in one transaction. */
final class CatalogReader {
    /** Rows that the driver holds at a time: the largest result has one for each column of the database. */
    private static final int FETCH_SIZE = 5_000;

    private static final long COLUMNS_PER_RELATION = 30;
    private static final long ROUTINES_PER_RELATION = 10;
    private static final String PROGRAM_LIMIT_EXCEEDED = "54000";
    private static final String QUERY_CANCELED = "57014";

    private final Duration timeout;
    private final int maxRelations;
    private final boolean withColumns;
    private volatile SystemViews systemViews = SystemViews.NONE;

    CatalogReader(Duration timeout, int maxRelations, boolean withColumns) {
        this.timeout = timeout;
        this.maxRelations = maxRelations;
        this.withColumns = withColumns;
    }

    /**
     * Leaves the connection as it was; if that fails, the connection is broken, and that is not what the caller asks.
     */
    Catalog read(Connection connection) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        int networkTimeout = connection.getNetworkTimeout();
        connection.setAutoCommit(false);
        try {
            // The server ends a statement that takes too long; this is for one that does not answer at all.
            connection.setNetworkTimeout(Runnable::run, milliseconds(timeout.plusSeconds(1)));
            Catalog read = new Reading(connection).all();
            giveBack(connection, autoCommit, networkTimeout);
            return read;
        } catch (SQLException | RuntimeException failure) {
            try {
                giveBack(connection, autoCommit, networkTimeout);
            } catch (SQLException broken) {
                failure.addSuppressed(broken);
            }
            throw failure;
        }
    }

    private static void giveBack(Connection connection, boolean autoCommit, int networkTimeout) throws SQLException {
        connection.rollback();
        connection.setNetworkTimeout(Runnable::run, networkTimeout);
        connection.setAutoCommit(autoCommit);
    }

    private static int milliseconds(Duration duration) {
        Duration most = Duration.ofMillis(Integer.MAX_VALUE);
        return (int) (duration.compareTo(most) < 0 ? duration : most).toMillis();
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private final class Reading {
        private final Connection connection;
        private final long began = System.nanoTime();
        private final CatalogSnapshot.Parts parts;
        /** Names, types and shapes come again and again. */
        private final Map<Object, Object> shared = new HashMap<>();

        private final Map<Long, List<String>> triggers = new HashMap<>();
        private final Map<Long, List<Column>> columns = new HashMap<>();

        Reading(Connection connection) throws SQLException {
            this.connection = connection;
            Instant now = Instant.now();
            SessionDefaults defaults = new SessionDefaults();
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
                // Before this session has a path of its own: it stands in the way of the server's.
                try (ResultSet rows = statement.executeQuery(CatalogQueries.SERVER_SETTINGS)) {
                    while (rows.next()) {
                        defaults.server(rows.getString(1), rows.getString(2), rows.getString(3));
                    }
                }
                // Named last, the temporary schema hides nothing.
                statement.execute("SET LOCAL search_path = pg_catalog, pg_temp");
            }
            int version;
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_catalog.current_setting('server_version_num')")) {
                row.next();
                version = row.getInt(1) / 10_000;
            }
            parts = new CatalogSnapshot.Parts(now, version, defaults);
        }

        Catalog all() throws SQLException {
            schemas();
            sessionDefaults();
            triggers();
            if (withColumns) {
                columns();
            }
            relations();
            inheritance();
            foreignKeys();
            viewsAndPolicies();
            routines();
            aggregates();
            defaults();
            eventTriggers();
            operators();
            casts();
            domains();
            return new CatalogSnapshot(parts);
        }

        private void schemas() throws SQLException {
            each(
                    CatalogQueries.SCHEMAS,
                    maxRelations,
                    row -> parts.schemas.put(shared(row.getString(1)), row.getBoolean(2)));
        }

        private void sessionDefaults() throws SQLException {
            each(
                    CatalogQueries.ROLE_SETTINGS,
                    maxRelations,
                    row -> parts.sessionDefaults.assigned(row.getString(1), row.getBoolean(2), row.getString(3)));
        }

        private void triggers() throws SQLException {
            each(
                    CatalogQueries.TRIGGERS,
                    maxRelations * COLUMNS_PER_RELATION,
                    row -> triggers.computeIfAbsent(row.getLong(1), oid -> new ArrayList<>())
                            .add(shared(row.getString(2))));
        }

        private void columns() throws SQLException {
            long[] relation = {0};
            List<Column> open = new ArrayList<>();
            each(CatalogQueries.COLUMNS, maxRelations * COLUMNS_PER_RELATION, row -> {
                long oid = row.getLong(1);
                if (oid != relation[0]) {
                    columns.put(relation[0], shared(List.copyOf(open)));
                    open.clear();
                    relation[0] = oid;
                }
                open.add(shared(new Column(
                        shared(row.getString(2)),
                        row.getInt(3),
                        shared(row.getString(4)),
                        row.getLong(5),
                        row.getBoolean(6),
                        row.getBoolean(7))));
            });
            columns.put(relation[0], shared(List.copyOf(open)));
        }

        private void relations() throws SQLException {
            each(CatalogQueries.RELATIONS, maxRelations, row -> {
                long oid = row.getLong(1);
                parts.relations.put(
                        oid,
                        new StoredRelation(
                                oid,
                                shared(row.getString(2)),
                                row.getString(3),
                                RelationKind.ofCode(row.getString(4).charAt(0)),
                                row.getBoolean(5),
                                row.getBoolean(6),
                                row.getBoolean(7),
                                triggers.getOrDefault(oid, List.of()),
                                columns.getOrDefault(oid, List.of())));
            });
        }

        private void inheritance() throws SQLException {
            each(CatalogQueries.INHERITANCE, maxRelations * ROUTINES_PER_RELATION, row -> {
                parts.parents
                        .computeIfAbsent(row.getLong(1), oid -> new ArrayList<>(1))
                        .add(row.getLong(2));
                parts.children
                        .computeIfAbsent(row.getLong(2), oid -> new ArrayList<>())
                        .add(row.getLong(1));
            });
        }

        private void viewsAndPolicies() throws SQLException {
            long most = maxRelations * COLUMNS_PER_RELATION;
            each(CatalogQueries.VIEW_DEPENDENCIES, most, row -> uses(row.getLong(1), row.getLong(2)));
            SystemViews system = systemViews();
            system.nodes().forEach(this::refersTo);
            parts.varying.addAll(system.varying());
            Row node = row -> refersTo(node(row));
            each(CatalogQueries.VIEW_NODES, most, node);
            each(CatalogQueries.POLICY_NODES, most, node);
            each(CatalogQueries.VARYING, most, row -> parts.varying.add(row.getLong(1)));
        }

        private SystemViews systemViews() throws SQLException {
            String[] digest = {""};
            each(CatalogQueries.SYSTEM_VIEWS, 1, row -> digest[0] = row.getString(1));
            SystemViews known = systemViews;
            if (known.digest().equals(digest[0])) {
                return known;
            }
            long most = maxRelations * COLUMNS_PER_RELATION;
            List<SystemViews.Node> nodes = new ArrayList<>();
            each(CatalogQueries.SYSTEM_VIEW_NODES, most, row -> nodes.add(node(row)));
            List<Long> varying = new ArrayList<>();
            each(CatalogQueries.SYSTEM_VARYING_VIEWS, most, row -> varying.add(row.getLong(1)));
            SystemViews read = new SystemViews(digest[0], List.copyOf(nodes), List.copyOf(varying));
            systemViews = read;
            return read;
        }

        private SystemViews.Node node(ResultSet row) throws SQLException {
            return new SystemViews.Node(
                    row.getLong(1), row.getLong(2), row.getString(3).equals("relid"));
        }

        private void refersTo(SystemViews.Node node) {
            if (node.relation()) {
                uses(node.view(), node.oid());
            } else {
                parts.calls
                        .computeIfAbsent(node.view(), oid -> new LinkedHashSet<>())
                        .add(node.oid());
            }
        }

        private void uses(long view, long relation) {
            if (view != relation) {
                parts.uses.computeIfAbsent(view, oid -> new LinkedHashSet<>()).add(relation);
            }
        }

        private void foreignKeys() throws SQLException {
            each(CatalogQueries.FOREIGN_KEYS, maxRelations * COLUMNS_PER_RELATION, row -> {
                StoredRelation table = parts.relations.get(row.getLong(2));
                if (table != null) {
                    parts.foreignKeys
                            .computeIfAbsent(row.getLong(1), oid -> new ArrayList<>(1))
                            .add(new ForeignKey(table, row.getBoolean(3), row.getBoolean(4)));
                }
            });
        }

        private void routines() throws SQLException {
            each(CatalogQueries.ROUTINES, maxRelations * ROUTINES_PER_RELATION, row -> {
                int arguments = row.getInt(10);
                parts.routines.put(
                        row.getLong(1),
                        new Routine(
                                row.getLong(1),
                                shared(row.getString(2)),
                                shared(row.getString(3)),
                                RoutineKind.ofCode(row.getString(4).charAt(0)),
                                Volatility.ofCode(row.getString(5).charAt(0)),
                                row.getBoolean(6),
                                shared(row.getString(7)),
                                row.getBoolean(8),
                                row.getBoolean(9),
                                arguments - row.getInt(11) - (row.getBoolean(12) ? 1 : 0),
                                row.getBoolean(12) ? Integer.MAX_VALUE : arguments,
                                row.getBoolean(13)));
            });
        }

        /** The server marks every aggregate IMMUTABLE and internal, whatever it is made of. */
        private void aggregates() throws SQLException {
            Map<Long, Set<Long>> made = new HashMap<>();
            each(
                    CatalogQueries.AGGREGATE_PARTS,
                    maxRelations * COLUMNS_PER_RELATION,
                    row -> made.computeIfAbsent(row.getLong(1), oid -> new HashSet<>())
                            .add(row.getLong(2)));
            made.forEach((oid, partOids) -> {
                List<Routine> of = partOids.stream()
                        .filter(parts.routines::containsKey)
                        .map(parts.routines::get)
                        .toList();
                parts.routines.computeIfPresent(oid, (same, aggregate) -> aggregate(aggregate, of));
            });
        }

        private void defaults() throws SQLException {
            each(CatalogQueries.DEFAULT_CALLS, maxRelations * COLUMNS_PER_RELATION, row -> {
                Routine called = parts.routines.get(row.getLong(2));
                if (called != null && called.volatility() == Volatility.VOLATILE && !MakesValues.onlyDoes(called)) {
                    parts.unknownCode.add(row.getLong(1));
                }
            });
        }

        private void eventTriggers() throws SQLException {
            each(CatalogQueries.EVENT_TRIGGERS, 1, row -> parts.eventTriggers = row.getBoolean(1));
        }

        private Routine aggregate(Routine aggregate, List<Routine> of) {
            return new Routine(
                    aggregate.oid(),
                    aggregate.schema(),
                    aggregate.name(),
                    aggregate.kind(),
                    of.stream().map(Routine::volatility).reduce(aggregate.volatility(), Volatility::or),
                    of.stream().anyMatch(Routine::securityDefiner),
                    aggregate.language(),
                    of.stream().allMatch(part -> part.trusted() || part.isBuiltIn()),
                    aggregate.extension(),
                    aggregate.leastArguments(),
                    aggregate.mostArguments(),
                    aggregate.returnsSet());
        }

        private void operators() throws SQLException {
            each(CatalogQueries.OPERATORS, maxRelations * ROUTINES_PER_RELATION, row -> {
                Routine routine = parts.routines.get(row.getLong(3));
                if (routine != null) {
                    parts.operators.add(
                            new CatalogSnapshot.Operator(shared(row.getString(1)), shared(row.getString(2)), routine));
                }
            });
        }

        private void casts() throws SQLException {
            each(CatalogQueries.CASTS, maxRelations * ROUTINES_PER_RELATION, row -> {
                Routine routine = parts.routines.get(row.getLong(4));
                if (routine != null) {
                    parts.casts.add(new Cast(row.getString(1), row.getString(2), row.getBoolean(3), routine));
                }
            });
        }

        private void domains() throws SQLException {
            each(CatalogQueries.DOMAIN_NODES, maxRelations * ROUTINES_PER_RELATION, row -> {
                Routine routine = parts.routines.get(row.getLong(1));
                if (routine != null) {
                    parts.domainRoutines.add(routine);
                }
            });
        }

        @SuppressWarnings("unchecked")
        private <T> T shared(T value) {
            return (T) shared.computeIfAbsent(value, same -> same);
        }

        private void each(String query, long mostRows, Row reader) throws SQLException {
            limitToTheTimeLeft();
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                statement.setFetchSize(FETCH_SIZE);
                try (ResultSet rows = statement.executeQuery()) {
                    int count = 0;
                    while (rows.next()) {
                        if (++count > mostRows) {
                            throw new SQLException(
                                    "the catalogue is larger than maxRelations(" + maxRelations + ") allows",
                                    PROGRAM_LIMIT_EXCEEDED);
                        }
                        if (count % FETCH_SIZE == 0) {
                            millisecondsLeft();
                        }
                        reader.read(rows);
                    }
                }
            }
        }

        private void limitToTheTimeLeft() throws SQLException {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT pg_catalog.set_config('statement_timeout', ?, true)")) {
                statement.setString(1, Integer.toString(millisecondsLeft()));
                statement.execute();
            }
        }

        private int millisecondsLeft() throws SQLException {
            int left = milliseconds(timeout.minusNanos(System.nanoTime() - began));
            if (left <= 0) {
                throw new SQLException("the catalogue could not be read within " + timeout, QUERY_CANCELED);
            }
            return left;
        }
    }
}
