package io.pgproxy.cache;

import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;

/**
 * Who waits for locks, as the server tells.
 *
 * @param database asked on connections of its own
 */
record LockWaits(TestDatabase database) {
    /** {@return the process numbers, each in a list of its own} */
    List<List<String>> backends() throws SQLException {
        return database.query("SELECT pid FROM pg_locks WHERE NOT granted");
    }

    /** Waits until so many wait; the limit is the test's. */
    void await(int backends) throws SQLException, InterruptedException {
        while (backends().size() != backends) {
            Thread.sleep(2); // each look is a login
        }
    }
}
