package io.pgproxy.cache;

import static io.pgproxy.cache.CachingProxy.rows;
import static io.pgproxy.cache.CachingProxy.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is over its time is served while one session asks for it anew, and only then. */
@WithPostgres
@Timeout(60)
class StalenessTest {
    private static final String READ = "SELECT v FROM item";
    private static final Duration AGE = Duration.ofMillis(1);

    private final TestDatabase database;
    private final LockWaits waits;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private CachingProxy proxy;
    private Connection renewer;
    private Connection other;
    private Connection past;

    StalenessTest(TestDatabase database) {
        this.database = database;
        this.waits = new LockWaits(database);
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("""
                DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;
                CREATE TABLE item (v int);
                INSERT INTO item VALUES (1);
                """);
        proxy = CachingProxy.before(database, cache -> cache.timeToLive(AGE).staleWhileRevalidate(Duration.ofHours(1)));
        renewer = proxy.connect();
        other = proxy.connect();
        past = database.connect();
        past.setAutoCommit(false);
        assertThat(rows(renewer, READ)).containsExactly("1");
        awaitOverItsTime();
    }

    @AfterEach
    void stop() throws Exception {
        past.close();
        renewer.close();
        other.close();
        proxy.close();
        threads.shutdownNow();
    }

    private static void awaitOverItsTime() throws InterruptedException {
        Thread.sleep(AGE.toMillis() * 2); // sleeps no shorter
    }

    private void changePastTheProxy() throws SQLException {
        run(past, "LOCK TABLE item");
        run(past, "UPDATE item SET v = v + 1");
    }

    @Test
    void othersAreServedWhileOneRenews() throws Exception {
        changePastTheProxy();
        Future<List<String>> renewed = threads.submit(() -> rows(renewer, READ));
        waits.await(1);
        assertThat(rows(other, READ)).containsExactly("1");
        assertThat(rows(other, READ)).containsExactly("1");
        assertThat(proxy.cache().statistics().stale()).isEqualTo(2);
        past.commit();
        assertThat(renewed.get()).containsExactly("2");
        assertThat(rows(other, READ)).containsExactly("2");
    }

    @Test
    void whatAWriteHasOvertakenIsNeverServed() throws Exception {
        run(other, "UPDATE item SET v = 2");
        assertThat(rows(renewer, READ)).containsExactly("2");
        assertThat(rows(other, READ)).containsExactly("2");
        assertThat(proxy.cache().statistics().stale()).isZero();
    }

    @Test
    void whenARenewalFailsAnotherRenews() throws Exception {
        changePastTheProxy();
        try (Statement statement = renewer.createStatement()) {
            Future<Boolean> renewal = threads.submit(() -> statement.execute(READ));
            waits.await(1);
            statement.cancel();
            assertThatThrownBy(renewal::get).hasRootCauseInstanceOf(SQLException.class);
        }
        Future<List<String>> next = threads.submit(() -> rows(other, READ));
        waits.await(1);
        past.commit();
        assertThat(next.get()).containsExactly("2");
    }

    @Test
    void whenARenewerVanishesAnotherRenews() throws Exception {
        changePastTheProxy();
        ScriptedClient lost = proxy.client();
        lost.send(FrontendBytes.query(READ));
        waits.await(1);
        lost.reset();
        List<String> seen = List.of("1");
        Future<List<String>> next = threads.submit(() -> {
            List<String> rows = rows(other, READ);
            while (rows.equals(seen)) {
                rows = rows(other, READ); // until it is known that the other has gone
            }
            return rows;
        });
        while (proxy.cache().statistics().misses() < 3) {
            Thread.onSpinWait();
        }
        past.commit();
        assertThat(next.get()).containsExactly("2");
    }
}
