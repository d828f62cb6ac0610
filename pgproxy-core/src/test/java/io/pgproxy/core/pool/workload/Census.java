package io.pgproxy.core.pool.workload;

import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Who is connected to a database, counted over a connection that is not. Thread-safe. */
final class Census implements AutoCloseable {
    private final Connection direct;
    private final PreparedStatement others;
    private int most;

    private Census(Connection direct) throws SQLException {
        this.direct = direct;
        others = direct.prepareStatement("select pid from pg_stat_activity where datname = current_database()"
                + " and backend_type = 'client backend' and pid <> pg_backend_pid()");
    }

    static Census of(TestDatabase database) throws SQLException {
        return new Census(database.connect());
    }

    /** How many there are now. */
    synchronized int now() throws SQLException {
        return pids().size();
    }

    /** The most that there were at any call. */
    synchronized int most() {
        return most;
    }

    /** Ends one of them, if there is one. */
    synchronized void terminateOne(Random random) throws SQLException {
        List<Integer> pids = pids();
        if (!pids.isEmpty()) {
            try (PreparedStatement terminate = direct.prepareStatement("select pg_terminate_backend(?)")) {
                terminate.setInt(1, pids.get(random.nextInt(pids.size())));
                terminate.execute();
            }
        }
    }

    private List<Integer> pids() throws SQLException {
        List<Integer> pids = new ArrayList<>();
        try (ResultSet rows = others.executeQuery()) {
            while (rows.next()) {
                pids.add(rows.getInt(1));
            }
        }
        most = Math.max(most, pids.size());
        return pids;
    }

    @Override
    public synchronized void close() throws SQLException {
        direct.close();
    }
}
