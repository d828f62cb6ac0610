package io.pgproxy.core.wire;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server says without being asked, and the last it says. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AsynchronousTest {
    private BothWays both;

    @BeforeAll
    void start(TestDatabase database) throws Exception {
        database.execute("CREATE FUNCTION noise(n int) RETURNS int LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE NOTICE 'notice %', n; RETURN n; END $$");
        both = BothWays.to(database);
    }

    @AfterAll
    void stop() {
        both.close();
    }

    @Test
    void twoThousandNoticesComeInOrderBetweenTheRows() throws Exception {
        List<WireMessage> heard = both.same(talk -> {
            talk.ask("T[ND]+CZ", query("SELECT noise(n) FROM generate_series(1, 2000) n"));
            talk.ask("N{2000}CZ", query("DO $$ BEGIN FOR i IN 1..2000 LOOP RAISE NOTICE '%', i; END LOOP; END $$"));
        });
        assertThat(heard.stream().filter(message -> message.tag() == 'N')).hasSize(4_000);
    }

    @Test
    void settingsAreReportedWhenTheyChange() throws Exception {
        both.same(talk -> {
            talk.ask("CSZ", query("SET application_name = 'another'"));
            talk.ask("CTDCCSSZ", query("SET TimeZone = 'Asia/Tokyo'; SELECT 1; SET DateStyle = 'German'"));
            talk.ask("TDCSZ", query("SELECT set_config('TimeZone', 'UTC', false)"));
            talk.ask("CZ", query("BEGIN"));
            talk.ask("CSZ", query("SET LOCAL client_encoding = 'latin1'"));
            talk.ask("CSZ", query("ROLLBACK"));
        });
    }

    @Test
    void notificationsComeToTheIdleAndToTheBusy() throws Exception {
        try (ScriptedClient listener = both.proxied();
                ScriptedClient notifier = both.proxied()) {
            listener.send(query("LISTEN news"));
            listener.expect("CZ");
            notifier.send(query("NOTIFY news, 'to the idle'"));
            notifier.expect("CZ");
            WireMessage idle = listener.expectNext("A").get(0);
            assertThat(idle.int32(0)).isEqualTo(notifier.processId());
            assertThat(idle.toString()).contains("news\\00to the idle\\00");

            listener.send(query("BEGIN"));
            listener.expect("CZ");
            notifier.send(query("NOTIFY news, 'to the busy'"));
            notifier.expect("CZ");
            listener.send(query("COMMIT"));
            listener.expect("CAZ|CZ");
            listener.send(query("NOTIFY news, 'to itself'"));
            assertThat(WireMessage.tags(listener.readUntilReady())).contains("A");
        }
    }

    @ParameterizedTest
    @CsvSource({"idle_session_timeout=100, , 57P05", "idle_in_transaction_session_timeout=100, BEGIN, 25P03"})
    void aFatalErrorIsPassedOnAsItIsAndNothingBehindIt(String option, String sql, String state) throws Exception {
        List<WireMessage> heard = both.same(Map.of("options", "-c " + option), talk -> {
            if (sql != null) {
                talk.ask("CZ", query(sql));
            }
            talk.hear("E!");
        });
        WireMessage fatal = heard.get(heard.size() - 2);
        assertThat(fatal.severity()).isEqualTo("FATAL");
        assertThat(fatal.sqlState()).isEqualTo(state);
    }

    @Test
    void aFatalErrorInAQueryIsPassedOnAsItIs() throws Exception {
        List<WireMessage> heard =
                both.same(talk -> talk.ask("TE!", query("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(9)")));
        assertThat(heard.get(heard.size() - 2).sqlState()).isEqualTo("57P01");
    }
}
