package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that says that it is the end is let go at once, and what it had is the next one's. */
@WithPostgres
class LeavingTest {
    private Relay relay;

    @BeforeEach
    void start(TestDatabase database) throws Exception {
        database.execute("drop table if exists t; create table t (a int)");
        relay = Relay.pooled(database, PoolSettings.transaction(1));
    }

    @AfterEach
    void stop() {
        relay.close();
    }

    @Test
    void inATransaction(TestDatabase database) throws Exception {
        try (PooledClient client = PooledClient.at(relay.port(), database)) {
            client.rows("begin; insert into t values (1)");
            assertServesTheNext(client, database);
        }
    }

    @Test
    void inOneThatHasFailed(TestDatabase database) throws Exception {
        try (PooledClient client = PooledClient.at(relay.port(), database)) {
            client.refused("begin; insert into t values (1); select 1/0");
            assertServesTheNext(client, database);
        }
    }

    @Test
    void withSomethingThatPins(TestDatabase database) throws Exception {
        try (PooledClient client = PooledClient.at(relay.port(), database)) {
            client.rows("create temporary table u (a int)");
            Await.until(
                    "it keeps its connection",
                    () -> relay.server().pools().get(0).pinned() == 1);
            assertServesTheNext(client, database);
        }
    }

    @Test
    void inABatch(TestDatabase database) throws Exception {
        try (PooledClient client = PooledClient.at(relay.port(), database)) {
            client.wire().send(parse("s", "select 1"), flush());
            client.wire().expectNext("1");
            assertServesTheNext(client, database);
        }
    }

    @Test
    void whatIsAskedBeforeIsDone(TestDatabase database) throws Exception {
        try (PooledClient client = PooledClient.at(relay.port(), database);
                PooledClient next = PooledClient.at(relay.port(), database)) {
            client.wire().send(query("insert into t values (1)"), terminate(), query("insert into t values (2)"));
            client.wire().awaitEnd();
            assertThat(next.shown("select a from t")).isEqualTo("[[1]]");
        }
    }

    /** As a server would do it, had it only been busy. */
    @Test
    void whatIsAskedBeforeIsDoneThoughItHadToWait(TestDatabase database) throws Exception {
        try (PooledClient holder = PooledClient.at(relay.port(), database)) {
            holder.rows("begin");
            try (PooledClient client = PooledClient.at(relay.port(), database)) {
                client.wire().send(query("insert into t values (1)"), terminate());
                awaitWaiting(1);
            }
            holder.rows("commit");
            Await.until("it is done", () -> holder.shown("select a from t").equals("[[1]]"));
        }
        Await.until("nobody is left", () -> relay.server().pools().get(0).clients() == 0);
    }

    /** Nobody can tell whether it was to be more. */
    @Test
    void whatIsAskedByWhoBreaksOffIsNotDone(TestDatabase database) throws Exception {
        try (PooledClient holder = PooledClient.at(relay.port(), database)) {
            holder.rows("begin");
            try (PooledClient client = PooledClient.at(relay.port(), database)) {
                client.wire().send(query("insert into t values (1)"));
                awaitWaiting(1);
            }
            awaitWaiting(0);
            holder.rows("commit");
            assertThat(holder.shown("select a from t")).isEqualTo("[]");
        }
    }

    private void awaitWaiting(int count) throws Exception {
        Await.until(count + " wait", () -> relay.server().pools().get(0).waiting() == count);
    }

    /** A connection that is still being cleaned is closed as soon as it is clean. */
    @Test
    void rightBeforeTheServerIsClosed(TestDatabase database) throws Exception {
        PooledClient client = PooledClient.at(relay.port(), database);
        client.rows("create temporary table u (a int)");
        Await.until(
                "it keeps its connection", () -> relay.server().pools().get(0).pinned() == 1);
        client.close();
        long began = System.nanoTime();
        relay.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    }

    private void assertServesTheNext(PooledClient client, TestDatabase database) throws Exception {
        client.wire().send(terminate());
        client.wire().awaitEnd();
        try (PooledClient next = PooledClient.at(relay.port(), database)) {
            assertThat(next.shown("select a from t")).isEqualTo("[]");
            assertThat(next.shown("select 1, count(*) from pg_prepared_statements" + " where name = 's'"))
                    .endsWith(", 0]]");
        }
        assertThat(relay.server().pools().get(0).pinned()).isZero();
    }
}
