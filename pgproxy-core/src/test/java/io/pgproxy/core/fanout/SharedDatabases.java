package io.pgproxy.core.fanout;

import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Databases that the tests of a class have one after the other, each of them empty at first: to make and to drop one
 * takes longer than most of the tests. For classes with {@link ExtendWith}, whose tests run one at a time.
 */
final class SharedDatabases implements AfterAllCallback {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final ArrayDeque<TestDatabase> FREE = new ArrayDeque<>();

    static synchronized TestDatabase take(LocalPostgres server) throws SQLException {
        TestDatabase free = FREE.poll();
        if (free == null) {
            return server.createDatabase("writer_" + NUMBER.incrementAndGet());
        }
        free.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid();"
                + " DROP SCHEMA IF EXISTS s CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        return free;
    }

    static synchronized void giveBack(TestDatabase database) {
        FREE.add(database);
    }

    @Override
    public void afterAll(ExtensionContext context) throws SQLException {
        synchronized (SharedDatabases.class) {
            for (TestDatabase each = FREE.poll(); each != null; each = FREE.poll()) {
                each.drop();
            }
        }
    }
}
