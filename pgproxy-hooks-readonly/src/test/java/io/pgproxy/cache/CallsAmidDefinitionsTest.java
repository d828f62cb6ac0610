package io.pgproxy.cache;

import static io.pgproxy.cache.CachingProxy.rows;
import static io.pgproxy.cache.CachingProxy.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.JdbcCatalog;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** What is called while the catalogue is out of date is judged by the next one, which comes when the test says so. */
@WithPostgres
@Timeout(60)
class CallsAmidDefinitionsTest {
    private static final String READ = "SELECT count(*) FROM item";

    private final TestDatabase database;
    private final BlockingQueue<String> askedFor = new LinkedBlockingQueue<>();
    private final AtomicReference<Catalog> current = new AtomicReference<>();
    private JdbcCatalog source;
    private CachingProxy proxy;
    private Connection caller;
    private Connection other;

    CallsAmidDefinitionsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("""
                DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
                DROP SCHEMA IF EXISTS mine CASCADE; CREATE SCHEMA mine;
                CREATE TABLE item (v int); INSERT INTO item VALUES (1), (2);
                CREATE TABLE mine.item (v int);
                CREATE VIEW shown AS SELECT v FROM item;
                CREATE FUNCTION doubled(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 2';
                CREATE FUNCTION goes() RETURNS text LANGUAGE sql
                    AS $$SELECT set_config('search_path', 'mine', false)$$;
                CREATE FUNCTION shows() RETURNS int LANGUAGE plpgsql AS
                    $$BEGIN CREATE OR REPLACE VIEW shown AS SELECT 7 AS v FROM item; RETURN 1; END$$;
                """);
        PGSimpleDataSource login = new PGSimpleDataSource();
        login.setUrl(database.jdbcUrl());
        source = JdbcCatalog.builder(login).build();
        current.set(read());
        proxy = CachingProxy.before(
                database, cache -> cache.database(CachedDatabase.of(current::get, () -> askedFor.add("again"))));
        caller = proxy.connect();
        other = proxy.connect();
        assertThat(served(caller)).isEqualTo(2);
        assertThat(served(other)).isEqualTo(3);
    }

    @AfterEach
    void stop() throws Exception {
        caller.close();
        other.close();
        proxy.close();
    }

    /** How often it is served of three times that it asks. */
    private long served(Connection connection) throws Exception {
        return proxy.served(() -> {
            for (int i = 0; i < 3; i++) {
                assertThat(rows(connection, READ)).hasSize(1);
            }
        });
    }

    private void define() throws Exception {
        run(other, "CREATE TABLE more (v int)");
    }

    private Catalog read() throws Exception {
        source.refresh();
        return source.current();
    }

    /** Waits until it is asked for, which is not done twice at once. */
    private void awaitAsking() throws Exception {
        while (askedFor.poll(10, TimeUnit.MILLISECONDS) == null) {
            rows(other, READ);
        }
    }

    private void readCatalog() throws Exception {
        awaitAsking();
        current.set(read());
    }

    /** Else who calls often enough would have it read for ever. */
    @Test
    void whatCannotChangeAnythingDoesNotHaveItReadOnceMore() throws Exception {
        define();
        awaitAsking();
        Catalog inTheMiddle = read();
        assertThat(rows(caller, "SELECT doubled(v) FROM item")).containsExactly("2", "4");
        run(caller, "CREATE TEMP TABLE passing (v int)");
        current.set(inTheMiddle);
        askedFor.clear();
        assertThat(served(other)).isPositive();
        assertThat(rows(caller, "SELECT doubled(v) FROM shown")).containsExactly("2", "4");
        assertThat(askedFor).isEmpty();
    }

    @Test
    void whoHasCalledItIsServedAgain() throws Exception {
        define();
        rows(caller, "SELECT doubled(v) FROM item");
        assertThat(served(caller)).isZero();
        readCatalog();
        assertThat(served(caller)).isPositive();
    }

    @Test
    void whoHasCalledWhatMayHaveChangedSettingsIsNot() throws Exception {
        define();
        rows(caller, "SELECT goes()");
        assertThat(rows(caller, READ)).containsExactly("0");
        readCatalog();
        assertThat(rows(other, READ)).containsExactly("2");
        readCatalog(); // once more, for the function may have defined something
        assertThat(served(other)).isPositive();
        assertThat(rows(other, READ)).containsExactly("2");
        assertThat(served(caller)).isZero();
        assertThat(rows(caller, READ)).containsExactly("0");
    }

    @Test
    void whatMayHaveDefinedSomethingHasTheCatalogueReadOnceMore() throws Exception {
        define();
        rows(caller, "SELECT shows()");
        readCatalog();
        assertThat(rows(other, "SELECT v FROM shown")).containsExactly("7", "7");
        readCatalog();
        assertThat(served(other)).isPositive();
        assertThat(rows(other, "SELECT v FROM shown")).containsExactly("7", "7");
    }

    @Test
    void whereDefinitionsHaveChangedSinceNobodyKnows() throws Exception {
        define();
        rows(caller, "SELECT doubled(v) FROM item");
        run(other, "CREATE OR REPLACE FUNCTION doubled(int) RETURNS int VOLATILE LANGUAGE sql AS 'SELECT $1 * 3'");
        readCatalog();
        assertThat(served(caller)).isZero();
        assertThat(rows(caller, "SELECT doubled(v) FROM item")).containsExactly("3", "6");
    }

    /** Who logs in while it is under way has the old path, who does behind it the new one, and they share nothing. */
    @Test
    void whatNewSessionsBeginWithChangesAtOnce() throws Exception {
        String role = "\"" + database.user() + "\"";
        ExecutorService threads = Executors.newSingleThreadExecutor();
        define();
        try (Connection lock = database.connect()) {
            lock.setAutoCommit(false);
            run(lock, "ALTER ROLE " + role + " IN DATABASE " + database.name() + " SET search_path = public");
            Future<?> change = threads.submit(() -> {
                run(caller, "ALTER ROLE " + role + " IN DATABASE " + database.name() + " SET search_path = mine");
                return null;
            });
            while (database.query("SELECT FROM pg_locks WHERE NOT granted").isEmpty()) {
                Thread.onSpinWait();
            }
            try (Connection before = proxy.connect()) {
                lock.rollback();
                change.get();
                try (Connection behind = proxy.connect()) {
                    for (int i = 0; i < 3; i++) {
                        readCatalog();
                        for (int j = 0; j < 3; j++) {
                            assertThat(rows(before, READ)).containsExactly("2");
                            assertThat(rows(behind, READ)).containsExactly("0");
                        }
                        askedFor.add("again");
                    }
                }
            }
        } finally {
            threads.shutdownNow();
            database.execute("ALTER ROLE " + role + " IN DATABASE " + database.name() + " RESET search_path");
        }
    }
}
