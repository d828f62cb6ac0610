package io.pgproxy.testkit.junit;

import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.Locale;
import java.util.UUID;

/** A database for the time of one test class. */
record LentDatabase(TestDatabase database, boolean kept) implements AutoCloseable {

    private static final int LONGEST_PREFIX = 40;

    /** The name is unlike any other, as JVMs may share one server; its beginning tells whose it is. */
    static LentDatabase in(LocalPostgres server, Class<?> testClass, boolean kept) {
        String simple = testClass.getSimpleName().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        String prefix = simple.substring(0, Math.min(simple.length(), LONGEST_PREFIX));
        String name = prefix + "_" + UUID.randomUUID().toString().substring(0, 8);
        try {
            return new LentDatabase(server.createDatabase(name), kept);
        } catch (SQLException failure) {
            throw new IllegalStateException("no database for " + testClass.getName(), failure);
        }
    }

    @Override
    public void close() throws SQLException {
        if (!kept) {
            database.drop();
        }
    }
}
