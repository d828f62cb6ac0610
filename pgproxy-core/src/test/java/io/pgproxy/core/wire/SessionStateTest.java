package io.pgproxy.core.wire;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A session is as private, and ends as soon, as one at the server itself. */
@WithPostgres(settings = "max_prepared_transactions=5")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionStateTest {
    private BothWays both;

    @BeforeAll
    void start(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE SEQUENCE numbers");
        both = BothWays.to(database);
    }

    @AfterAll
    void stop() {
        both.close();
    }

    @Test
    void nothingOfOneSessionIsLeftForTheNext() throws Exception {
        for (int i = 0; i < 2; i++) {
            both.same(talk -> {
                talk.ask("TCZ", query("SELECT name FROM pg_prepared_statements"));
                talk.ask("TEZ", query("SELECT currval('numbers')"));
                talk.ask("EZ", query("SELECT * FROM mine"));
                talk.ask("EZ", query("FETCH 1 FROM held"));
                talk.ask("TDCZ", query("SELECT session_user = current_user, count(*) FROM pg_listening_channels()"));
                talk.ask(
                        "TDCZ",
                        query("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                                + " AND pid = pg_backend_pid()"));
                talk.ask("TDCZ", query("SHOW work_mem"));

                talk.ask("CZ", query("PREPARE p AS SELECT 1"));
                talk.ask("CZ", query("CREATE TEMP TABLE mine (a int)"));
                talk.client().send(query("SELECT nextval('numbers')"));
                talk.client().expect("TDCZ");
                talk.ask("CZ", query("DECLARE held CURSOR WITH HOLD FOR SELECT 1"));
                talk.ask("CZ", query("LISTEN news"));
                talk.ask("TDCZ", query("SELECT pg_advisory_lock_shared(99)"));
                talk.ask("CZ", query("SET work_mem = '9MB'"));
                talk.ask("CSSZ", query("SET SESSION AUTHORIZATION pg_read_all_data"));
            });
            Await.until(
                    "the session has given up its lock",
                    () -> both.database()
                            .query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'")
                            .isEmpty());
        }
    }

    @Test
    void aPreparedTransactionOutlivesItsSession() throws Exception {
        both.same(talk -> {
            talk.ask("CCCZ", query("BEGIN; CREATE TABLE prepared_here (a int); PREPARE TRANSACTION 'x'"));
            talk.ask("CZ", query("ROLLBACK PREPARED 'x'"));
            talk.ask("EZ", query("COMMIT PREPARED 'x'"));
        });
        try (ScriptedClient first = both.proxied();
                ScriptedClient second = both.proxied()) {
            first.send(query("BEGIN; CREATE TABLE prepared_here (a int); PREPARE TRANSACTION 'y'"));
            first.expect("CCCZ");
            first.halfClose();
            second.send(query("COMMIT PREPARED 'y'"));
            second.expect("CZ");
            second.send(query("SELECT * FROM prepared_here"));
            second.expect("TCZ");
        }
    }

    @Test
    void aClientThatVanishesInATransactionGivesUpItsLocks() throws Exception {
        try (ScriptedClient holder = both.proxied();
                ScriptedClient waiter = both.proxied()) {
            holder.send(query("BEGIN; SELECT * FROM t FOR UPDATE"));
            holder.expect("CTDCZ");
            waiter.send(query("UPDATE t SET a = a"));
            awaitLockWait(waiter);
            holder.reset();
            waiter.expect("CZ");
        }
    }

    @Test
    void aClientThatVanishesWhileItWaitsForALockWaitsNoMore() throws Exception {
        try (ScriptedClient holder = both.proxied();
                ScriptedClient waiter = both.proxied()) {
            holder.send(query("BEGIN; SELECT * FROM t FOR UPDATE"));
            holder.expect("CTDCZ");
            waiter.send(query("UPDATE t SET a = a"));
            awaitLockWait(waiter);
            waiter.halfClose();
            Await.until(
                    "the waiting session is gone",
                    () -> both.database()
                            .query("SELECT 1 FROM pg_stat_activity WHERE pid = " + waiter.processId())
                            .isEmpty());
        }
    }

    @Test
    void aDatabaseMayBeDroppedOnceItsLastClientHasLeft() throws Exception {
        var server = both.database().server();
        for (int i = 0; i < 5; i++) {
            TestDatabase shortLived = server.createDatabase("short_lived");
            try (ScriptedClient client = both.relay().login(shortLived)) {
                client.send(query("SELECT 1"));
                client.expect("TDCZ");
                client.send(terminate());
                client.expect("!");
            }
            server.execute("DROP DATABASE short_lived"); // waits up to 5 s for sessions that are about to end
        }
        assertThat(server.query("SELECT 1 FROM pg_database WHERE datname = 'short_lived'"))
                .isEmpty();
    }

    private void awaitLockWait(ScriptedClient client) throws Exception {
        Await.until(
                "a lock is waited for",
                () -> !both.database()
                        .query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid = "
                                + client.processId())
                        .isEmpty());
    }
}
