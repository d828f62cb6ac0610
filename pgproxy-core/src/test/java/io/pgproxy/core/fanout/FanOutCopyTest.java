package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.BackendBytes.commandComplete;
import static io.pgproxy.testkit.peer.BackendBytes.copyResponse;
import static io.pgproxy.testkit.peer.BackendBytes.empty;
import static io.pgproxy.testkit.peer.BackendBytes.error;
import static io.pgproxy.testkit.peer.BackendBytes.readyForQuery;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.copyFail;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.fanout.FanOut;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedBackend;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** COPY FROM STDIN to several writers, with its data in time and before, and failing at each step. */
@WithPostgres
@ExtendWith(SharedDatabases.class)
class FanOutCopyTest {
    private static final String CONTENT = "SELECT id, note FROM t ORDER BY id";

    private Writers writers;
    private ScriptedClient client;

    @BeforeEach
    void start(LocalPostgres server) throws Exception {
        writers = Writers.of(server, 3, "CREATE TABLE t (id int PRIMARY KEY, note text)");
        writers.database(1).execute("ALTER TABLE t ADD CHECK (note <> 'bad')");
        client = writers.login();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        writers.close();
    }

    private void allHold(String... rows) throws Exception {
        for (List<List<String>> each : writers.all(CONTENT)) {
            assertThat(each.stream().map(row -> row.get(0) + row.get(1))).containsExactly(rows);
        }
    }

    @Test
    void copyOfABatchMayHaveItsSyncAlready() throws Exception {
        client.send(parse("", "COPY t FROM STDIN"), bind("", ""), execute(), sync());
        client.expect("12G");
        client.send(copyData("1\tx\n"), copyData("2\ty\n"), copyDone(), sync());
        client.expect("CZ");
        client.send(parse("", "COPY t FROM STDIN"), bind("", ""), execute(), sync());
        client.expect("12G");
        client.send(copyData("3\tbad\n"), copyDone(), sync());
        assertThat(client.expect("EZ").get(0).field('C')).isEqualTo("23514");
        client.send(parse("", "COPY t FROM STDIN"), bind("", ""), execute(), sync());
        client.expect("12G");
        client.send(copyData("4\tz\n"), copyFail("no more"), sync());
        assertThat(client.expect("EZ").get(0).field('C')).isEqualTo("57014");
        client.send(query("INSERT INTO t VALUES (5, 'z')"));
        client.expect("CZ");

        allHold("1x", "2y", "5z");
    }

    @Test
    void copyOfABatchMayBeFollowedByItsSyncAlone() throws Exception {
        client.send(parse("", "COPY t FROM STDIN"), bind("", ""), execute(), flush());
        client.expectNext("12G");
        client.send(copyData("1\tx\n"), copyDone(), sync());
        client.expect("CZ");

        allHold("1x");
    }

    @Test
    void copyThatOneFailsInTheMiddleIsTakenBack() throws Exception {
        client.send(query("COPY t FROM STDIN"));
        client.expect("G");
        client.send(copyData("1\tbad\n"));
        for (int i = 0; i < 2000; i++) {
            client.send(copyData("%d\t%s\n".formatted(i + 2, "x".repeat(500))));
        }
        client.send(copyDone());
        assertThat(client.expect("EZ").get(0).field('C')).isEqualTo("23514");
        client.send(query("COPY t FROM STDIN"));
        client.expect("G");
        client.send(copyData("1\tgood\n"), copyDone());
        client.expect("CZ");

        allHold("1good");
    }

    @Test
    void copyThatTheFirstFailsInTheMiddleIsTakenBack() throws Exception {
        client.send(query("COPY t FROM STDIN"));
        client.expect("G");
        client.send(copyData("1\tx\n"), copyData("no number\tx\n"));
        for (int i = 0; i < 2000; i++) {
            client.send(copyData("%d\t%s\n".formatted(i + 2, "x".repeat(500))));
        }
        client.send(copyDone());
        client.expect("EZ");
        client.send(query("INSERT INTO t VALUES (1, 'good')"));
        client.expect("CZ");

        allHold("1good");
    }

    @Test
    void aDeferredConstraintOfCopyIsCheckedBeforeAnybodyCommits() throws Exception {
        writers.database(2).execute("ALTER TABLE t ADD CONSTRAINT late UNIQUE (note) DEFERRABLE INITIALLY DEFERRED");
        client.send(query("COPY t FROM STDIN"));
        client.expect("G");
        client.send(copyData("1\tx\n"), copyData("2\tx\n"), copyDone());
        assertThat(client.expect("EZ").get(0).field('C')).isEqualTo("23505");

        allHold();
    }

    @Test
    void dataMayComeBeforeItIsAskedFor() throws Exception {
        client.send(query("COPY t FROM STDIN"), copyData("1\tx\n"), copyData("2\ty\n"), copyDone());
        client.expect("G");
        client.expect("CZ");
        client.send(
                query("COPY t FROM STDIN; COPY t FROM STDIN"),
                copyData("3\tx\n"),
                copyDone(),
                copyData("4\ty\n"),
                copyDone(),
                query("INSERT INTO t VALUES (5, 'z')"));
        client.expect("G");
        client.expect("CG");
        client.expect("CZ");
        client.expect("CZ");

        allHold("1x", "2y", "3x", "4y", "5z");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void dataOfABatchMayComeBeforeItIsAskedFor(boolean synced) throws Exception {
        client.send(
                parse("", "COPY t FROM STDIN"),
                bind("", ""),
                execute(),
                synced ? sync() : new byte[0],
                copyData("1\tx\n"),
                copyDone(),
                sync(),
                query("INSERT INTO t VALUES (2, 'y')"));
        client.expect("12G");
        client.expect("CZ");
        client.expect("CZ");

        allHold("1x", "2y");
    }

    @Test
    void muchDataMayComeBeforeItIsAskedFor() throws Exception {
        client.send(query("COPY t FROM STDIN"));
        for (int i = 0; i < 300; i++) {
            client.send(copyData("%d\t%s\n".formatted(i, "x".repeat(20_000))));
        }
        client.send(copyDone());
        client.expect("G");
        client.expect("CZ");

        assertThat(writers.all("SELECT count(*) FROM t")).allMatch(List.of(List.of("300"))::equals);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void dataOfWhatIsRefusedIsForNobody(int refusing) throws Exception {
        writers.database(refusing).execute("ALTER TABLE t RENAME TO u");
        client.send(query("COPY t FROM STDIN"), copyData("1\tx\n"), copyDone());
        client.expect("EZ");
        client.send(
                parse("", "COPY t FROM STDIN"),
                bind("", ""),
                execute(),
                sync(),
                copyData("2\tx\n"),
                copyDone(),
                sync(),
                query("SELECT 1"));
        client.expect("12EZ");
        client.expect("Z");
        client.expect("TDCZ");
        writers.database(refusing).execute("ALTER TABLE u RENAME TO t");

        allHold();
    }

    @ParameterizedTest
    @CsvSource({"true, b", "false, b", "true, all", "false, all"})
    void copyMayFailWithinAMessage(boolean extended, String failing) throws Exception {
        if (extended) {
            client.send(parse("", "COPY t FROM STDIN"), bind("", ""), execute(), sync());
            client.expect("12G");
        } else {
            client.send(query("COPY t FROM STDIN"));
            client.expect("G");
        }
        byte[] next = copyData("2\t" + "y".repeat(1000) + "\n");
        boolean one = failing.equals("b");
        client.send(copyData(one ? "1\tbad\n" : "no number\tx\n"), Arrays.copyOf(next, 500));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        String within = extended ? "active" : "idle in transaction (aborted)";
        String failed = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND pid <> pg_backend_pid() AND wait_event = 'ClientRead' AND state = '" + within + "'";
        for (int i = one ? 1 : 0; i < (one ? 2 : 3); i++) {
            while (!writers.database(i).query(failed).equals(List.of(List.of("1")))) {
                assertThat(System.nanoTime()).isLessThan(end);
            }
        }
        client.send(Arrays.copyOfRange(next, 500, next.length), copyData("3\tz\n"), copyDone());
        if (extended) {
            client.send(sync());
        }
        assertThat(client.expect("EZ").get(0).sqlState()).isEqualTo(one ? "23514" : "22P02");
        client.send(query("INSERT INTO t VALUES (4, 'z')"));
        client.expect("CZ");

        allHold("4z");
    }

    /** A server may or may not have read the first Sync by then: so it must not have been sent. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void copyMayFailRightBehindItsResponse(boolean atOnce) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        ScriptedBackend.Script fails = connection -> {
            connection.greet();
            connection.expect("PCPBECCBEH");
            connection.send(
                    empty('1'), empty('3'), empty('1'), empty('2'), commandComplete("BEGIN"), empty('3'), empty('3'));
            byte[] failure = error("ERROR", "57014", "canceling statement due to statement timeout");
            if (atOnce) {
                connection.send(empty('2'), copyResponse('G', 2), failure);
            } else {
                connection.send(empty('2'), copyResponse('G', 2));
                assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
                connection.send(failure);
            }
            connection.expect("S");
            connection.send(readyForQuery('E'));
            connection.expect("Q"); // ROLLBACK
            connection.send(commandComplete("ROLLBACK"), readyForQuery('I'));
            connection.expect("Q");
            connection.send(commandComplete("SELECT 0"), readyForQuery('I'));
            connection.awaitEnd();
        };
        try (ScriptedBackend backend = ScriptedBackend.start(fails);
                ProxyServer proxy = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(FanOut.builder()
                                .writer("a", RemotePostgres.of("postgresql://any@127.0.0.1:" + backend.port() + "/any"))
                                .writer("b", OneDatabase.of(writers.database(1)))
                                .build())
                        .build()
                        .start();
                ScriptedClient other = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            other.login("anybody", "", "any");
            other.send(parse("", "COPY t FROM STDIN"), bind("", ""), execute(), sync());
            if (atOnce) {
                other.expect("12EZ");
            } else {
                other.expect("12G");
                asked.countDown();
                other.expectNext("E");
                other.send(copyDone(), sync());
                other.expect("Z");
            }
            other.send(query("SELECT"));
            other.expect("CZ");
        }
    }
}
