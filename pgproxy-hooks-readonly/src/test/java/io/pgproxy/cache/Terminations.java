package io.pgproxy.cache;

import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;

/** Ends connections of the proxy beneath it, now and then: whatever they were doing may have been done or not. */
final class Terminations implements Callable<Void> {
    private static final int SHORTEST_MILLIS = 1000;
    private static final int LONGEST_MILLIS = 5000;

    private final TestDatabase database;
    private final Troubles troubles;
    private final Random random;
    private final long end;

    Terminations(TestDatabase database, Troubles troubles, Random random, long end) {
        this.database = database;
        this.troubles = troubles;
        this.random = random;
        this.end = end;
    }

    @Override
    public Void call() throws SQLException, InterruptedException {
        try (Connection direct = database.connect();
                Statement statement = direct.createStatement()) {
            while (true) {
                Thread.sleep(random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS));
                if (System.nanoTime() - end > 0) {
                    return null;
                }
                List<Integer> all = backends(statement);
                if (!all.isEmpty()) {
                    // Before it is done: whoever loses the connection may be there first.
                    troubles.terminated.incrementAndGet();
                    statement.execute("SELECT pg_terminate_backend(" + all.get(random.nextInt(all.size())) + ")");
                }
            }
        }
    }

    /** All but that of the catalogue, without which nothing would be kept. */
    private static List<Integer> backends(Statement statement) throws SQLException {
        List<Integer> all = new ArrayList<>();
        try (ResultSet row = statement.executeQuery("SELECT pid FROM pg_stat_activity"
                + " WHERE datname = current_database() AND backend_type = 'client backend'"
                + " AND pid <> pg_backend_pid() AND application_name <> '" + SharedCache.CATALOG + "' ORDER BY pid")) {
            while (row.next()) {
                all.add(row.getInt(1));
            }
        }
        return all;
    }
}
