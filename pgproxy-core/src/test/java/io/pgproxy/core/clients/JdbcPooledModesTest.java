package io.pgproxy.core.clients;

import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What pgjdbc sees on connections that are its own for a transaction at a time is what it sees on its own ones. */
class JdbcPooledModesTest {
    private static final PoolSettings POOL = PoolSettings.transaction(Integer.getInteger("pgproxy.pool.maximum", 2));

    @Nested
    @WithPostgres
    class Modes extends JdbcModesTest {
        @Override
        Twice places(TestDatabase database) throws Exception {
            return Twice.pooled(database, POOL);
        }
    }

    @Nested
    @WithPostgres
    class Copy extends JdbcCopyTest {
        @Override
        Twice places(TestDatabase database) throws Exception {
            return Twice.pooled(database, POOL);
        }
    }

    @Nested
    @WithPostgres(settings = {"max_prepared_transactions=10", "wal_level=logical"})
    class Transactions extends JdbcTransactionsTest {
        @Override
        Twice places(TestDatabase database) throws Exception {
            return Twice.pooled(database, POOL);
        }
    }

    @Nested
    @WithPostgres
    class Sessions extends JdbcSessionTest {
        @Override
        Twice places(TestDatabase database) throws Exception {
            return Twice.pooled(database, POOL);
        }

        @Test
        @Disabled("a client has no process of the server to itself: the one that it is told of is but a name for it")
        @Override
        void theProcessIsThatOfTheServer() {}
    }
}
