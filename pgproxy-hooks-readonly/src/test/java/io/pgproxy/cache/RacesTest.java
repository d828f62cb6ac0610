package io.pgproxy.cache;

import static io.pgproxy.cache.CachingProxy.rows;
import static io.pgproxy.cache.CachingProxy.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.JdbcCatalog;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** What is written while something else is under way. Locks make the order certain. */
@WithPostgres
@Timeout(60)
class RacesTest {
    private static final String READ = "SELECT v FROM item";

    private final TestDatabase database;
    private final LockWaits waits;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private CachingProxy proxy;
    private Connection reader;
    private Connection writer;
    private Connection third;
    private Connection direct;

    RacesTest(TestDatabase database) {
        this.database = database;
        this.waits = new LockWaits(database);
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("""
                DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
                CREATE TABLE item (id int PRIMARY KEY, v int);
                INSERT INTO item VALUES (1, 1);
                CREATE TABLE log (v int);
                INSERT INTO log VALUES (1);
                CREATE TABLE gate (id int);
                CREATE VIEW shown AS SELECT v FROM item;
                """);
        proxy = CachingProxy.before(database, builder -> {}, (ProxyServerBuilder server) -> server.eventLoops(2));
        reader = proxy.connect();
        writer = proxy.connect();
        third = proxy.connect();
        direct = database.connect();
        direct.setAutoCommit(false);
    }

    @AfterEach
    void stop() throws Exception {
        direct.rollback();
        for (Connection each : List.of(reader, writer, third, direct)) {
            each.close();
        }
        proxy.close();
        threads.shutdownNow();
    }

    private static List<String> kept(Connection connection, String sql) throws SQLException {
        rows(connection, sql);
        rows(connection, sql);
        return rows(connection, sql);
    }

    private Future<List<String>> ask(Connection connection, String sql) {
        return threads.submit(() -> rows(connection, sql));
    }

    private Future<?> send(Connection connection, String sql) {
        return threads.submit(() -> {
            run(connection, sql);
            return null;
        });
    }

    @Test
    void aResultThatIsOvertakenIsNotKept() throws Exception {
        // The read has its snapshot, waits at the gate, and is overtaken by a write.
        run(direct, "LOCK TABLE gate");
        database.execute("CREATE FUNCTION pass(int) RETURNS int STABLE LANGUAGE plpgsql AS"
                + " $$BEGIN PERFORM 1 FROM gate; RETURN $1; END$$");
        try (CachingProxy declared = CachingProxy.before(database, cache -> cache.function("public.pass"));
                Connection one = declared.connect();
                Connection two = declared.connect()) {
            Future<List<String>> answer = ask(one, "SELECT pass(v) FROM item");
            waits.await(1);
            run(two, "UPDATE item SET v = 2");
            direct.rollback();
            assertThat(answer.get()).containsExactly("1");
            assertThat(rows(two, "SELECT pass(v) FROM item")).containsExactly("2");
            assertThat(rows(one, "SELECT pass(v) FROM item")).containsExactly("2");
        }
    }

    @Test
    void whatWasNotCommittedWhenItWasReadIsReadAgain() throws Exception {
        assertThat(kept(reader, READ)).containsExactly("1");
        writer.setAutoCommit(false);
        run(writer, "UPDATE item SET v = 2");
        assertThat(kept(reader, READ)).containsExactly("1");
        assertThat(kept(third, READ)).containsExactly("1");
        assertThat(rows(writer, READ)).containsExactly("2");
        writer.commit();
        assertThat(rows(reader, READ)).containsExactly("2");
        assertThat(rows(writer, READ)).containsExactly("2");
    }

    @Test
    void whoeverFollowsAnOvertakenReadAsksByItself() throws Exception {
        database.execute("CREATE FUNCTION pass(int) RETURNS int STABLE LANGUAGE plpgsql AS"
                + " $$BEGIN PERFORM 1 FROM gate; RETURN $1; END$$");
        String read = "SELECT pass(v) FROM item";
        try (CachingProxy declared = CachingProxy.before(database, cache -> cache.function("public.pass"));
                Connection one = declared.connect();
                Connection two = declared.connect();
                Connection three = declared.connect()) {
            run(direct, "LOCK TABLE gate");
            Future<List<String>> leader = ask(one, read);
            waits.await(1);
            run(two, "UPDATE item SET v = 2");
            Future<List<String>> follower = ask(three, read);
            Future<List<String>> own = ask(two, read);
            direct.rollback();
            assertThat(leader.get()).containsExactly("1");
            assertThat(follower.get()).containsExactly("2");
            assertThat(own.get()).containsExactly("2");
        }
    }

    /** The trigger is not there yet when the write is decided on, and is when it runs. */
    @Test
    void aWriteThatWaitsForADefinitionIsJudgedByIt() throws Exception {
        database.execute("CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$BEGIN PERFORM pg_advisory_xact_lock(7); UPDATE log SET v = NEW.v; RETURN NEW; END$$");
        proxy.readCatalog();
        assertThat(kept(reader, "SELECT v FROM log")).containsExactly("1");
        run(direct, "SELECT pg_advisory_xact_lock(7)");
        third.setAutoCommit(false);
        run(third, "CREATE TRIGGER note AFTER UPDATE ON item FOR EACH ROW EXECUTE FUNCTION note()");
        Future<?> write = send(writer, "UPDATE item SET v = 2");
        waits.await(1);
        third.commit();
        waits.await(1);
        proxy.readCatalog();
        assertThat(kept(reader, "SELECT v FROM log")).containsExactly("1");
        direct.rollback();
        write.get();
        assertThat(rows(reader, "SELECT v FROM log")).containsExactly("2");
    }

    /** So is one in a block, whose COMMIT comes later. */
    @Test
    void aWriteInABlockThatWaitedForADefinitionIsJudgedByIt() throws Exception {
        database.execute("CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$BEGIN UPDATE log SET v = NEW.v; RETURN NEW; END$$");
        proxy.readCatalog();
        third.setAutoCommit(false);
        run(third, "CREATE TRIGGER note AFTER UPDATE ON item FOR EACH ROW EXECUTE FUNCTION note()");
        writer.setAutoCommit(false);
        run(writer, "SELECT count(*) FROM gate");
        Future<?> write = send(writer, "UPDATE item SET v = 2");
        waits.await(1);
        third.commit();
        write.get();
        proxy.readCatalog();
        assertThat(kept(reader, "SELECT v FROM log")).containsExactly("1");
        writer.commit();
        assertThat(rows(reader, "SELECT v FROM log")).containsExactly("2");
    }

    @Test
    void aViewThatIsReplacedWhileItIsReadIsReadAgain() throws Exception {
        assertThat(kept(reader, "SELECT v FROM shown")).containsExactly("1");
        third.setAutoCommit(false);
        run(third, "CREATE OR REPLACE VIEW shown AS SELECT v + 10 AS v FROM log");
        Future<List<String>> waiting = ask(writer, "SELECT v FROM shown WHERE v > 0");
        waits.await(1);
        third.commit();
        assertThat(waiting.get()).containsExactly("11");
        assertThat(kept(reader, "SELECT v FROM shown")).containsExactly("11");
        run(third, "UPDATE log SET v = 2");
        third.commit();
        assertThat(rows(reader, "SELECT v FROM shown")).containsExactly("12");
        assertThat(rows(writer, "SELECT v FROM shown WHERE v > 0")).containsExactly("12");
    }

    /** What was found out by a catalogue that is overtaken before the read is sent must not be kept. */
    @Test
    void aDefinitionThatChangesWhileTheCatalogueIsAskedCounts() throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        JdbcCatalog catalog = JdbcCatalog.builder(source).build();
        catalog.refresh();
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        CachedDatabase cached = CachedDatabase.of(
                () -> interrupted(
                        catalog.current(), () -> meanwhile.getAndSet(() -> {}).run()),
                () -> {});
        try (CachingProxy raced = CachingProxy.before(database, cache -> cache.database(cached));
                Connection one = raced.connect("preferQueryMode=simple");
                Connection two = raced.connect()) {
            DatabaseVersions versions = cached.versions();
            meanwhile.set(() -> {
                // As another session's loop does when that replaces the view.
                versions.everything().begin();
                define("CREATE OR REPLACE VIEW shown AS SELECT v + 10 AS v FROM log");
                versions.redefined();
                versions.everything().end();
            });
            assertThat(rows(one, "SELECT v FROM shown")).containsExactly("11");
            catalog.refresh();
            assertThat(kept(one, "SELECT v FROM shown")).containsExactly("11");
            run(two, "UPDATE log SET v = 2");
            assertThat(rows(one, "SELECT v FROM shown")).containsExactly("12");
        }
    }

    private void define(String sql) {
        try {
            database.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A catalogue during whose asking something happens. */
    private static Catalog interrupted(Catalog catalog, Runnable meanwhile) {
        return (Catalog) Proxy.newProxyInstance(
                Catalog.class.getClassLoader(), new Class<?>[] {Catalog.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("relation")) {
                        meanwhile.run();
                    }
                    return method.invoke(catalog, arguments);
                });
    }

    @Test
    void aClientThatIsGoneInTheMiddleOfItsCommitMayHaveCommitted() throws Exception {
        kept(reader, READ);
        database.execute("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$BEGIN PERFORM 1 FROM gate; RETURN NEW; END$$;"
                + " CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON item DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION slow()");
        proxy.readCatalog();
        run(direct, "LOCK TABLE gate");
        ScriptedClient lost = proxy.client();
        lost.send(FrontendBytes.query("BEGIN"));
        lost.readUntilReady();
        lost.send(FrontendBytes.query("UPDATE item SET v = 2"));
        lost.readUntilReady();
        lost.send(FrontendBytes.query("COMMIT"));
        waits.await(1);
        lost.reset();
        assertThat(kept(reader, READ)).containsExactly("1");
        direct.rollback();
        while (!database.query("SELECT count(*) FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active'")
                .get(0)
                .get(0)
                .equals("0")) {
            Thread.onSpinWait();
        }
        assertThat(rows(reader, READ))
                .containsExactly(database.query(READ).get(0).get(0));
    }

    @Test
    void aPipelineReadsWhatItWrote() throws Exception {
        kept(reader, READ);
        try (ScriptedClient client = proxy.client()) {
            client.send(
                    FrontendBytes.query(READ),
                    FrontendBytes.query("UPDATE item SET v = v + 1"),
                    FrontendBytes.query(READ),
                    FrontendBytes.query("BEGIN"),
                    FrontendBytes.query("UPDATE item SET v = v + 1"),
                    FrontendBytes.query(READ),
                    FrontendBytes.query("ROLLBACK"),
                    FrontendBytes.query(READ));
            StringBuilder seen = new StringBuilder();
            for (int i = 0; i < 8; i++) {
                client.readUntilReady().stream()
                        .filter(message -> message.tag() == 'D')
                        .forEach(message -> seen.append(message.values().get(0)).append(' '));
            }
            assertThat(seen).hasToString("1 2 3 2 ");
        }
    }
}
