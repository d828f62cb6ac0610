package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Much at once, writers and clients that are slow, and clients that lose patience. */
@WithPostgres
@ExtendWith(SharedDatabases.class)
class FanOutFlowTest {
    private static final String COUNT = "SELECT count(*) FROM t";

    private Writers writers;
    private ScriptedClient client;

    @BeforeEach
    void start(LocalPostgres server) throws Exception {
        writers = Writers.of(
                server,
                3,
                "CREATE TABLE t (id int, note text)",
                "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$BEGIN PERFORM pg_sleep(TG_ARGV[0]::float8); RETURN NEW; END$$");
        client = writers.login();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        writers.close();
    }

    private void slow(int writer, String seconds) throws Exception {
        writers.database(writer)
                .execute("CREATE TRIGGER w BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION wait(" + seconds + ")");
    }

    private void allHold(int rows) throws Exception {
        assertThat(writers.all(COUNT)).allMatch(List.of(List.of(String.valueOf(rows)))::equals);
    }

    @Test
    void rowsWaitForAClientThatReadsLater() throws Exception {
        client.send(query("INSERT INTO t SELECT i, repeat('x', 1000000) FROM generate_series(1, 30) i RETURNING *"));
        for (int i = 0; i < 3; i++) {
            client.send(query("SELECT id, repeat('y', 1000000) FROM t"));
        }
        assertThat(WireMessage.tags(client.readUntilReady())).isEqualTo("T" + "D".repeat(30) + "CZ");
        for (int i = 0; i < 3; i++) {
            assertThat(WireMessage.tags(client.readUntilReady())).isEqualTo("T" + "D".repeat(30) + "CZ");
        }

        allHold(30);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void copyWaitsForASlowWriter(int slow) throws Exception {
        slow(slow, "0.001");
        client.send(query("COPY t FROM STDIN"));
        client.expect("G");
        for (int i = 0; i < 200; i++) {
            client.send(copyData("%d\t%s\n".formatted(i, "x".repeat(100_000))));
        }
        client.send(copyDone());
        client.expect("CZ");

        allHold(200);
    }

    @Test
    void longStatementsInABatchPass() throws Exception {
        String text = "x".repeat(3_000_000);
        for (int i = 0; i < 5; i++) {
            client.send(parse("", "INSERT INTO t VALUES ($1, $2)"), bind("", "", "1", text), execute());
        }
        client.send(sync());
        client.expect("(12C){5}Z");
        client.send(parse("", "SELECT 1 / 0"), bind("", ""));
        for (int i = 0; i < 5; i++) {
            client.send(parse("", "INSERT INTO t VALUES ($1, $2)"), bind("", "", "1", text), execute());
        }
        client.send(sync());
        client.expect("1EZ");
        client.send(query("INSERT INTO t VALUES (2, '" + text + "')"));
        client.expect("CZ");

        allHold(6);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void cancelStopsAllWriters(int slow) throws Exception {
        slow(slow, "30");
        client.send(query("INSERT INTO t VALUES (1, 'x')"));
        awaitSleep(slow);
        ScriptedClient.cancel("127.0.0.1", writers.proxy().port(), client.processId(), client.secretKey());
        assertThat(client.expect("EZ").get(0).sqlState()).isEqualTo("57014");
        client.send(query("SELECT count(*) FROM t"));
        assertThat(client.expect("TDCZ").get(1).values()).containsExactly("0");

        allHold(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aClientThatVanishesLeavesNothing(int slow) throws Exception {
        slow(slow, "30");
        client.send(query("INSERT INTO t VALUES (1, 'x')"));
        awaitSleep(slow);
        client.reset();
        CompletableFuture<Void> gone = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 3; i++) {
                awaitNobody(i);
            }
        });
        gone.get(15, TimeUnit.SECONDS);

        allHold(0);
    }

    /** What a client sends within COPY, besides data, ends its session: whether it stays to hear that or not. */
    @ParameterizedTest
    @CsvSource({
        "false, QUERY, CLOSE",
        "false, QUERY, RESET",
        "false, QUERY, TERMINATE",
        "false, BATCH, CLOSE",
        "false, BATCH, RESET",
        "true, QUERY, CLOSE",
        "true, QUERY, TERMINATE",
        "true, BATCH, CLOSE",
        "true, BATCH, RESET",
        "false, NOTHING, CLOSE",
        "false, NOTHING, TERMINATE",
        "true, NOTHING, CLOSE",
        "true, NOTHING, TERMINATE"
    })
    void aClientThatVanishesWithinCopyLeavesNothing(boolean extended, String within, String end) throws Exception {
        if (extended) {
            client.send(parse("", "COPY t FROM STDIN"), bind("", ""), execute(), sync());
            client.expect("12G");
        } else {
            client.send(query("COPY t FROM STDIN"));
            client.expect("G");
        }
        client.send(copyData("1\tx\n"));
        switch (within) {
            case "QUERY" -> client.send(query("INSERT INTO t VALUES (2, 'y')"));
            case "BATCH" -> client.send(parse("", "INSERT INTO t VALUES (2, 'y')"), bind("", ""), execute());
            default -> {
                // nothing else
            }
        }
        switch (end) {
            case "CLOSE" -> client.close();
            case "RESET" -> client.reset();
            default -> {
                client.send(terminate());
                client.awaitEnd();
            }
        }
        for (int i = 0; i < 3; i++) {
            awaitNobody(i);
        }

        allHold(0);
    }

    private void awaitSleep(int writer) throws Exception {
        String sleeping = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND wait_event = 'PgSleep'";
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!writers.database(writer).query(sleeping).equals(List.of(List.of("1")))) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    private void awaitNobody(int writer) {
        try {
            String others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND pid <> pg_backend_pid()";
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!writers.database(writer).query(others).equals(List.of(List.of("0")))) {
                assertThat(System.nanoTime()).isLessThan(end);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
