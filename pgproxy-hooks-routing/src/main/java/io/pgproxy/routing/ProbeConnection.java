package io.pgproxy.routing;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The topology's own connection to a node, kept open. */
final class ProbeConnection implements NodeConnection {
    /** Functions are called only where the server lets them be: a standby has no end of its WAL to tell. */
    private static final String QUESTION = "SELECT r,"
            + " ((CASE WHEN r THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END)"
            + " - '0/0'::pg_lsn)::bigint,"
            + " ((CASE WHEN r THEN pg_last_wal_receive_lsn() END) - '0/0'::pg_lsn)::bigint,"
            + " (extract(epoch FROM now() - (CASE WHEN r THEN pg_last_xact_replay_timestamp() END)) * 1000000)::bigint,"
            + " current_setting('wal_block_size')::int"
            + " FROM pg_catalog.pg_is_in_recovery() AS r";

    /** What stands in front of the records of a page: of the first in a segment, and of each other one. */
    private static final int LONG_HEADER = 40;

    private static final int SHORT_HEADER = 24;
    private static final int NANOS_PER_MICRO = 1000;

    private final ProbeTarget target;
    private final Duration timeout;
    private volatile @Nullable Connection connection;
    private volatile boolean aborted;

    ProbeConnection(Node node, ProbeSettings settings) {
        this.timeout = settings.timeout();
        this.target = new ProbeTarget(node.url(), timeout);
    }

    /** If a connection that was kept has gone, asks once more on a new one. */
    @Override
    public Sample ask() throws SQLException, IOException {
        Connection kept = connection;
        if (kept != null) {
            try {
                return ask(kept);
            } catch (SQLException gone) {
                close();
            }
        }
        Connection opened = open();
        try {
            return ask(opened);
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    private Connection open() throws SQLException, IOException {
        Connection opened = DriverManager.getConnection(target.jdbcUrl(), target.properties());
        connection = opened;
        if (aborted) {
            close();
            throw new SQLException("the topology is closed");
        }
        opened.setNetworkTimeout(Runnable::run, (int) timeout.toMillis());
        return opened;
    }

    private static Sample ask(Connection open) throws SQLException {
        long asked = System.nanoTime();
        try (Statement statement = open.createStatement();
                ResultSet row = statement.executeQuery(QUESTION)) {
            row.next();
            boolean recovering = row.getBoolean(1);
            long lsn = number(row, 2);
            long shows = number(row, 4);
            return new Sample(
                    recovering,
                    recovering ? lsn : endOfRecords(lsn, row.getInt(5)),
                    number(row, 3),
                    shows < 0 ? -1 : shows * NANOS_PER_MICRO,
                    asked);
        }
    }

    private static long number(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? -1 : value;
    }

    /**
     * At a page's beginning the next record goes behind its header, which no standby has replayed before there is one.
     */
    private static long endOfRecords(long insert, int page) {
        long within = insert % page;
        return within == SHORT_HEADER || within == LONG_HEADER ? insert - within : insert;
    }

    @Override
    public void abort() {
        aborted = true;
        Connection open = connection;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                return; // it has gone by itself
            }
        }
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                return; // it has gone by itself
            }
        }
    }
}
