package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that wait for each other's rows: each comes by the first writer, whose own deadlock detector sees them all.
 */
@WithPostgres
@ExtendWith(SharedDatabases.class)
class FanOutLocksTest {
    private Writers writers;

    @BeforeEach
    void start(LocalPostgres server) throws Exception {
        writers = Writers.of(
                server, 3, "CREATE TABLE t (id int PRIMARY KEY, n int)", "INSERT INTO t VALUES (1, 0), (2, 0)");
    }

    @AfterEach
    void stop() throws Exception {
        writers.close();
    }

    private static WireMessage ask(ScriptedClient client, String sql) throws Exception {
        client.send(query(sql));
        List<WireMessage> answer = client.readUntilReady();
        return answer.get(answer.size() - 2);
    }

    @Test
    void rowsInOppositeOrderAreADeadlockOfTheServersOwn() throws Exception {
        try (ScriptedClient one = writers.login();
                ScriptedClient other = writers.login()) {
            ask(one, "BEGIN");
            ask(other, "BEGIN");
            ask(one, "UPDATE t SET n = n + 1 WHERE id = 1");
            ask(other, "UPDATE t SET n = n + 1 WHERE id = 2");
            one.send(query("UPDATE t SET n = n + 1 WHERE id = 2"));
            other.send(query("UPDATE t SET n = n + 1 WHERE id = 1"));
            List<ScriptedClient> both = List.of(one, other);
            ExecutorService threads = Executors.newFixedThreadPool(2);
            List<String> ends = new ArrayList<>();
            try {
                List<Future<String>> answers = new ArrayList<>();
                for (ScriptedClient each : both) {
                    answers.add(threads.submit(() -> {
                        WireMessage said = each.readUntilReady().get(0);
                        String state = said.tag() == 'E' ? String.valueOf(said.sqlState()) : said.string();
                        ask(each, "COMMIT");
                        return state;
                    }));
                }
                for (Future<String> each : answers) {
                    ends.add(each.get(20, TimeUnit.SECONDS));
                }
            } finally {
                threads.shutdownNow();
            }

            assertThat(ends).containsExactlyInAnyOrder("40P01", "UPDATE 1");
            assertThat(writers.all("SELECT id, n FROM t ORDER BY id").stream().distinct())
                    .containsExactly(List.of(List.of("1", "1"), List.of("2", "1")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN; SELECT n FROM t WHERE id = 1 FOR UPDATE; COMMIT",
                "BEGIN; DECLARE c CURSOR FOR SELECT n FROM t WHERE id = 1 FOR UPDATE; FETCH c; COMMIT",
                "BEGIN; LOCK TABLE t; COMMIT",
                "BEGIN|DECLARE c CURSOR FOR SELECT n FROM t WHERE id = 1 FOR UPDATE|FETCH c|COMMIT",
                "BEGIN|LOCK TABLE t|UPDATE t SET n = n + 1|COMMIT",
                "UPDATE t SET n = n + 1"
            })
    void locksComeByTheFirst(String sql) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> {
                    try (ScriptedClient client = writers.login()) {
                        for (int round = 0; round < 25; round++) {
                            for (String each : sql.split("\\|", -1)) {
                                assertThat(ask(client, each).tag()).isEqualTo('C');
                            }
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(writers.all("SELECT id, n FROM t ORDER BY id").stream().distinct())
                .hasSize(1);
    }
}
