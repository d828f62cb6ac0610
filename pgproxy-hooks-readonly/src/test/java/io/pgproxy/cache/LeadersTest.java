package io.pgproxy.cache;

import static io.pgproxy.cache.CachingProxy.rows;
import static io.pgproxy.cache.CachingProxy.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Of sessions that ask for the same at the same time one asks the server, and the others do not depend on its fate. */
@WithPostgres
@Timeout(60)
class LeadersTest {
    private static final String READ = "SELECT pass(v) FROM item";

    private final TestDatabase database;
    private final LockWaits atGate;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private CachingProxy proxy;
    private Connection leader;
    private Connection one;
    private Connection two;
    /** Holds the lock at which the function waits. */
    private Connection gate;

    LeadersTest(TestDatabase database) {
        this.database = database;
        this.atGate = new LockWaits(database);
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("""
                DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
                CREATE TABLE item (id int PRIMARY KEY, v int);
                INSERT INTO item VALUES (1, 1);
                CREATE TABLE gate (id int);
                CREATE FUNCTION pass(int) RETURNS int STABLE LANGUAGE plpgsql
                    AS 'BEGIN PERFORM 1 FROM gate; RETURN $1; END';
                """);
        gate = database.connect();
        gate.setAutoCommit(false);
        run(gate, "LOCK TABLE gate");
        begin(Duration.ofMinutes(1));
    }

    private void begin(Duration wait) throws Exception {
        proxy = CachingProxy.before(
                database, cache -> cache.function("public.pass").waitForOthers(wait));
        leader = proxy.connect();
        one = proxy.connect();
        two = proxy.connect();
    }

    private void end() throws SQLException {
        for (Connection each : List.of(leader, one, two)) {
            each.close();
        }
        proxy.close();
    }

    @AfterEach
    void stop() throws Exception {
        gate.close();
        end();
        threads.shutdownNow();
    }

    private Future<List<String>> ask(Connection connection) {
        return threads.submit(() -> rows(connection, READ));
    }

    /** Waits until so many have looked in vain. */
    private void awaitMisses(long misses) {
        while (proxy.cache().statistics().misses() < misses) {
            Thread.onSpinWait();
        }
    }

    @Test
    void oneAsksForAll() throws Exception {
        Future<List<String>> first = ask(leader);
        atGate.await(1);
        Future<List<String>> second = ask(one);
        Future<List<String>> third = ask(two);
        awaitMisses(3);
        gate.rollback();
        assertThat(first.get()).containsExactly("1");
        assertThat(second.get()).containsExactly("1");
        assertThat(third.get()).containsExactly("1");
        assertThat(proxy.cache().statistics().shared()).isEqualTo(2);
    }

    @Test
    void whoeverFollowsOneThatIsCancelledAsksByItself() throws Exception {
        try (Statement statement = leader.createStatement()) {
            Future<Boolean> first = threads.submit(() -> statement.execute(READ));
            atGate.await(1);
            Future<List<String>> second = ask(one);
            awaitMisses(2);
            statement.cancel();
            Throwable cancelled = catchThrowable(first::get);
            assertThat(cancelled)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            error -> assertThat(error.getSQLState()).isEqualTo("57014"));
            atGate.await(1);
            assertThat(second).isNotDone();
            gate.rollback();
            assertThat(second.get()).containsExactly("1");
            assertThat(rows(leader, READ)).containsExactly("1");
        }
    }

    @Test
    void whoeverFollowsOneThatVanishesAsksByItself() throws Exception {
        ScriptedClient first = proxy.client();
        first.send(FrontendBytes.query(READ));
        atGate.await(1);
        List<List<String>> asked = atGate.backends();
        Future<List<String>> second = ask(one);
        awaitMisses(2);
        first.reset();
        while (asked.containsAll(atGate.backends())) {
            Thread.onSpinWait();
        }
        gate.rollback();
        assertThat(second.get()).containsExactly("1");
    }

    @Test
    void whoeverHasWaitedLongEnoughAsksByItself() throws Exception {
        end();
        begin(Duration.ofMillis(20));
        Future<List<String>> first = ask(leader);
        atGate.await(1);
        Future<List<String>> second = ask(one);
        Future<List<String>> third = ask(two);
        atGate.await(3);
        gate.rollback();
        for (Future<List<String>> each : List.of(first, second, third)) {
            assertThat(each.get()).containsExactly("1");
        }
        assertThat(proxy.cache().statistics().shared()).isZero();
    }

    @Test
    void whoeverFollowsCanBeCancelled() throws Exception {
        Future<List<String>> first = ask(leader);
        atGate.await(1);
        try (Statement statement = one.createStatement()) {
            CountDownLatch sent = new CountDownLatch(1);
            Future<Boolean> second = threads.submit(() -> {
                sent.countDown();
                return statement.execute(READ);
            });
            sent.await();
            awaitMisses(2);
            statement.cancel();
            Throwable cancelled = catchThrowable(() -> second.get(20, TimeUnit.SECONDS));
            assertThat(cancelled)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            error -> assertThat(error.getSQLState()).isEqualTo("57014"));
        }
        gate.rollback();
        assertThat(first.get()).containsExactly("1");
        assertThat(rows(one, READ)).containsExactly("1");
    }

    @Test
    void whoeverFollowsMayVanish() throws Exception {
        Future<List<String>> first = ask(leader);
        atGate.await(1);
        ScriptedClient second = proxy.client();
        second.send(FrontendBytes.query(READ));
        Future<List<String>> third = ask(two);
        awaitMisses(3);
        second.reset();
        gate.rollback();
        assertThat(first.get()).containsExactly("1");
        assertThat(third.get()).containsExactly("1");
    }
}
