package io.pgproxy.core.fanout;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.fanout.FanOut;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows that writers report may have to be the same, beside their number. */
@WithPostgres
@ExtendWith(SharedDatabases.class)
class FanOutRowsTest {
    private static final String CONTENT = "SELECT id, note FROM t ORDER BY id";

    private Writers writers;
    private ScriptedClient client;

    @BeforeEach
    void start(LocalPostgres server) throws Exception {
        writers = Writers.of(
                server,
                FanOut.builder().compareRows(true),
                2,
                "CREATE TABLE t (id int PRIMARY KEY, note text)",
                "INSERT INTO t SELECT i, 'x' FROM generate_series(1, 4) i",
                "CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$BEGIN IF NEW.note = 'odd' THEN NEW.note := 'other'; END IF; RETURN NEW; END$$");
        writers.database(1).execute("CREATE TRIGGER o BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION other()");
        client = writers.login();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        writers.close();
    }

    @Test
    void rowsThatDifferAreTakenBack() throws Exception {
        client.send(query("UPDATE t SET note = 'odd' WHERE id = 1 RETURNING *"));
        WireMessage refused = client.expect("TDEZ").get(2);

        assertThat(refused.sqlState()).isEqualTo("40000");
        assertThat(refused.field('D'))
                .matches("a: UPDATE 1 with rows [0-9a-f]{32}; b: UPDATE 1 with rows [0-9a-f]{32}\\.");
        assertThat(writers.all(CONTENT).stream().distinct()).hasSize(1);
        assertThat(writers.database(1).query("SELECT DISTINCT note FROM t")).containsExactly(List.of("x"));
    }

    @Test
    void rowsOfABatchAreComparedOneExecutionAfterTheOther() throws Exception {
        String update = "UPDATE t SET note = $1 RETURNING *";
        client.send(parse("u", update), bind("", "u", "y"), execute(), bind("", "u", "z"), execute(), sync());
        client.expect("12D{4}C2D{4}CZ");
        client.send(bind("", "u", "even"), execute("", 2), execute("", 0), sync());
        client.expect("2DDsDDCZ");
        client.send(bind("", "u", "w"), execute(), bind("", "u", "odd"), execute("", 1), sync());
        assertThat(client.expect("2D{4}C2DsEZ").get(9).sqlState()).isEqualTo("40000");

        assertThat(writers.all("SELECT DISTINCT note FROM t")).allMatch(List.of(List.of("even"))::equals);
    }

    @Test
    void whatIsOnlyReadIsNotCompared() throws Exception {
        client.send(query("SELECT * FROM t"));
        client.expect("TD{4}CZ");
        client.send(
                parse("", "SELECT * FROM t"),
                bind("", ""),
                execute(),
                parse("", "UPDATE t SET note = 'y' RETURNING *"),
                bind("", ""),
                execute(),
                sync());
        client.expect("12D{4}C12D{4}CZ");

        assertThat(writers.all("SELECT DISTINCT note FROM t")).allMatch(List.of(List.of("y"))::equals);
    }
}
