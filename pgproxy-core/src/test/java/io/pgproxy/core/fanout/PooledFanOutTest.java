package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** More clients than connections, each of which is one to every writer. */
@WithPostgres
@ExtendWith(SharedDatabases.class)
class PooledFanOutTest {
    private static final int CLIENTS = 5;

    private Writers writers;
    private final List<ScriptedClient> clients = new ArrayList<>();

    @BeforeEach
    void start(LocalPostgres server) throws Exception {
        writers = Writers.pooled(
                server,
                PoolSettings.transaction(2),
                2,
                "CREATE TABLE t (id int PRIMARY KEY, note text)",
                "CREATE SCHEMA s",
                "CREATE TABLE s.t (id int PRIMARY KEY, note text)");
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(writers.login());
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (ScriptedClient each : clients) {
            each.close();
        }
        writers.close();
    }

    private static String ask(ScriptedClient client, String sql) throws Exception {
        client.send(query(sql));
        return WireMessage.tags(client.readUntilReady());
    }

    private void allHold(String table, int rows) throws Exception {
        assertThat(writers.all("SELECT count(*) FROM " + table)).allMatch(List.of(List.of("" + rows))::equals);
    }

    @Test
    void settingsFollowToAllWriters() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            assertThat(ask(clients.get(i), "SET search_path = " + (i % 2 == 0 ? "s" : "public")))
                    .endsWith("CZ");
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(ask(clients.get(i), "INSERT INTO t VALUES (" + (round * 10 + i) + ", 'x')"))
                        .isEqualTo("CZ");
            }
        }

        allHold("s.t", 9);
        allHold("public.t", 6);
    }

    @Test
    void statementsFollowToAllWriters() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            clients.get(i).send(parse("p", "INSERT INTO t VALUES ($1, '" + i + "')"), sync());
            clients.get(i).expect("1Z");
            assertThat(ask(clients.get(i), "PREPARE q AS INSERT INTO t VALUES ($1, 'q" + i + "')"))
                    .isEqualTo("CZ");
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.get(i).send(bind("", "p", String.valueOf(round * 10 + i)), execute(), sync());
                clients.get(i).expect("2CZ");
                assertThat(ask(clients.get(i), "EXECUTE q(" + (100 + round * 10 + i) + ")"))
                        .isEqualTo("CZ");
            }
        }

        allHold("t", 30);
        for (List<List<String>> each :
                writers.all("SELECT count(*) FROM t WHERE right(note, 1) <> right(id::text, 1)")) {
            assertThat(each).containsExactly(List.of("0"));
        }
    }

    @Test
    void blocksAndCopyHoldTheirConnection() throws Exception {
        assertThat(ask(clients.get(0), "BEGIN")).isEqualTo("CZ");
        assertThat(ask(clients.get(0), "INSERT INTO t VALUES (1, 'x')")).isEqualTo("CZ");
        for (int i = 1; i < CLIENTS; i++) {
            clients.get(i).send(query("COPY t FROM STDIN"));
            clients.get(i).expect("G");
            clients.get(i).send(copyData(i * 10 + "\ty\n"), copyDone());
            clients.get(i).expect("CZ");
        }
        clients.get(1).send(parse("", "INSERT INTO t VALUES (2, 'z')"), bind("", ""), execute(), sync());
        clients.get(1).expect("12CZ");
        assertThat(ask(clients.get(0), "ROLLBACK")).isEqualTo("CZ");

        allHold("t", CLIENTS);
    }

    @Test
    void nothingIsLeftForTheNext() throws Exception {
        assertThat(ask(clients.get(0), "CREATE TEMP TABLE mine (id int)")).isEqualTo("CZ");
        assertThat(ask(clients.get(0), "INSERT INTO mine VALUES (1)")).isEqualTo("CZ");
        clients.get(0).close();
        for (int i = 1; i < CLIENTS; i++) {
            assertThat(ask(clients.get(i), "BEGIN")).isEqualTo("CZ");
            assertThat(ask(clients.get(i), "SELECT * FROM mine")).isEqualTo("EZ");
            assertThat(ask(clients.get(i), "ROLLBACK")).isEqualTo("CZ");
            assertThat(ask(clients.get(i), "DELETE FROM mine")).isEqualTo("EZ");
        }
        clients.get(1).reset();
        assertThat(ask(clients.get(2), "INSERT INTO t VALUES (1, 'x')")).isEqualTo("CZ");

        allHold("t", 1);
    }
}
