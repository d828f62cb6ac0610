package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.BackendBytes.commandComplete;
import static io.pgproxy.testkit.peer.BackendBytes.empty;
import static io.pgproxy.testkit.peer.BackendBytes.error;
import static io.pgproxy.testkit.peer.BackendBytes.readyForQuery;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.fanout.FanOut;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.BackendConnection;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is told of a writer that is lost, or fails, at each step of one statement. */
@WithPostgres
class FanOutFaultsTest {
    /** Where a writer is lost. */
    private enum Step {
        WAITING,
        BEGUN,
        WITHIN_STATEMENT,
        STATEMENT_DONE,
        COMMITTING
    }

    private static RemotePostgres at(ScriptedBackend backend) {
        return RemotePostgres.of("postgresql://anybody@" + backend.host() + ":" + backend.port() + "/any");
    }

    /** Plays a writer up to a step. */
    private static void play(BackendConnection connection, Step last) throws Exception {
        connection.greet();
        if (last == Step.WAITING) {
            connection.expect("Q"); // a setting
            connection.reset();
            return;
        }
        connection.expect("CPBECCQ");
        if (last == Step.BEGUN) {
            connection.reset();
            return;
        }
        connection.send(empty('3'), empty('1'), empty('2'), commandComplete("BEGIN"), empty('3'), empty('3'));
        if (last == Step.WITHIN_STATEMENT) {
            connection.reset();
            return;
        }
        connection.expect("Q"); // of constraints
        connection.send(commandComplete("INSERT 0 1"), readyForQuery('T'));
        if (last == Step.STATEMENT_DONE) {
            connection.reset();
            return;
        }
        connection.send(commandComplete("SET CONSTRAINTS"), readyForQuery('T'));
        connection.expect("Q"); // COMMIT
        connection.reset();
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void theLossOfAnyIsTheEnd(Step last, TestDatabase database) throws Exception {
        database.execute("CREATE TABLE t (id int)");
        try (ScriptedBackend backend = ScriptedBackend.start(connection -> play(connection, last));
                ProxyServer proxy = FanOutProxy.start(FanOut.builder()
                        .writer("a", OneDatabase.of(database))
                        .writer("b", at(backend))
                        .build());
                ScriptedClient client = FanOutProxy.login(proxy)) {
            if (last == Step.WAITING) {
                client.send(query("SET x.y = 1"));
            } else {
                client.send(query("INSERT INTO t VALUES (1)"));
            }
            List<WireMessage> answer = client.expect("E!");

            assertThat(answer.get(0).severity()).isEqualTo("FATAL");
            assertThat(answer.get(0).field('M')).startsWith("writer b");
            if (last == Step.COMMITTING) {
                assertThat(answer.get(0).sqlState()).isEqualTo("40003");
            } else {
                assertThat(answer.get(0).sqlState()).isNotEqualTo("40003");
                assertThat(database.query("SELECT count(*) FROM t")).isEqualTo(List.of(List.of("0")));
            }
        }
        database.execute("DROP TABLE t");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriterThatCannotBeginRunsNothing(boolean first, TestDatabase database) throws Exception {
        database.execute("CREATE TABLE t (id int)");
        ScriptedBackend.Script refuses = connection -> {
            connection.greet();
            connection.expect("CPBECCQ");
            connection.send(empty('3'), empty('1'), empty('2'), error("ERROR", "57014", "canceled"));
            connection.expect("Q"); // of constraints, skipped as well
            connection.expect("S");
            connection.send(readyForQuery('I'));
            connection.expect("Q"); // ROLLBACK
            connection.send(commandComplete("ROLLBACK"), readyForQuery('I'));
            connection.awaitEnd();
        };
        try (ScriptedBackend backend = ScriptedBackend.start(refuses)) {
            FanOut.Builder all = FanOut.builder();
            if (first) {
                all.writer("b", at(backend)).writer("a", OneDatabase.of(database));
            } else {
                all.writer("a", OneDatabase.of(database)).writer("b", at(backend));
            }
            try (ProxyServer proxy = FanOutProxy.start(all.build());
                    ScriptedClient client = FanOutProxy.login(proxy)) {
                client.send(query("INSERT INTO t VALUES (1)"));

                assertThat(client.expect("EZ").get(0).sqlState()).isEqualTo("57014");
                assertThat(database.query("SELECT count(*) FROM t")).isEqualTo(List.of(List.of("0")));
            }
        }
        database.execute("DROP TABLE t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"COMMIT", "END", "COMMIT AND CHAIN"})
    void aWriterThatIsLostWithTheClientsOwnCommitLeavesDoubt(String commit, TestDatabase database) throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.start(FanOutProxy.vanishesAtCommit());
                ProxyServer proxy = FanOutProxy.start(FanOut.builder()
                        .writer("a", OneDatabase.of(database))
                        .writer("b", at(backend))
                        .build());
                ScriptedClient client = FanOutProxy.login(proxy)) {
            client.send(query("BEGIN"));
            client.expect("CZ");
            client.send(query(commit));

            assertThat(client.expect("E!").get(0).sqlState()).isEqualTo("40003");
        }
    }

    /** Plays a writer that is told to commit, and has done so when it is let go on. */
    private static ScriptedBackend.Script commits(CountDownLatch told, CountDownLatch goesOn, CountDownLatch left) {
        return connection -> {
            connection.greet();
            connection.expect("CPBECCQ");
            connection.send(empty('3'), empty('1'), empty('2'), commandComplete("BEGIN"), empty('3'), empty('3'));
            connection.expect("Q"); // of constraints
            connection.send(commandComplete("INSERT 0 1"), readyForQuery('T'));
            connection.send(commandComplete("SET CONSTRAINTS"), readyForQuery('T'));
            connection.expect("Q"); // COMMIT
            told.countDown();
            assertThat(goesOn.await(20, TimeUnit.SECONDS)).isTrue();
            connection.send(commandComplete("COMMIT"), readyForQuery('I'));
            connection.awaitEnd();
            left.countDown();
        };
    }

    @Test
    void aClientThatVanishesDoesNotStopCommit(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE t (id int)");
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        try (ScriptedBackend backend = ScriptedBackend.start(commits(told, goesOn, left));
                ProxyServer proxy = FanOutProxy.start(FanOut.builder()
                        .writer("a", OneDatabase.of(database))
                        .writer("b", at(backend))
                        .build());
                ScriptedClient client = FanOutProxy.login(proxy)) {
            client.send(query("INSERT INTO t VALUES (1)"));
            assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
            client.reset();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (proxy.sessionCount() > 0) {
                assertThat(System.nanoTime()).isLessThan(end);
            }
            goesOn.countDown();
            assertThat(left.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(backend.cancels()).isEmpty();
        }
        assertThat(database.query("SELECT count(*) FROM t")).isEqualTo(List.of(List.of("1")));
        database.execute("DROP TABLE t");
    }

    @Test
    void aCancelDoesNotReachCommit(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE t (id int)");
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        try (ScriptedBackend backend = ScriptedBackend.start(commits(told, goesOn, left));
                ProxyServer proxy = FanOutProxy.start(FanOut.builder()
                        .writer("a", OneDatabase.of(database))
                        .writer("b", at(backend))
                        .build());
                ScriptedClient client = FanOutProxy.login(proxy)) {
            client.send(query("INSERT INTO t VALUES (1)"));
            assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
            ScriptedClient.cancel("127.0.0.1", proxy.port(), client.processId(), client.secretKey());
            goesOn.countDown();
            client.expect("CZ");
            assertThat(backend.cancels()).isEmpty();
        }
        assertThat(database.query("SELECT count(*) FROM t")).isEqualTo(List.of(List.of("1")));
        database.execute("DROP TABLE t");
    }
}
