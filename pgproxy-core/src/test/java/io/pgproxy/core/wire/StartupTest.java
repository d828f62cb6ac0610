package io.pgproxy.core.wire;

import static io.pgproxy.testkit.peer.FrontendBytes.PROTOCOL_3_0;
import static io.pgproxy.testkit.peer.FrontendBytes.PROTOCOL_3_2;
import static io.pgproxy.testkit.peer.FrontendBytes.gssEncRequest;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sslRequest;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A session begins as it would at the server: its parameters, its version, its refusals. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartupTest {
    private static final Map<String, String> PARAMETERS = new LinkedHashMap<>();

    static {
        PARAMETERS.put("options", "-c geqo_threshold=7 -c work_mem=5MB --lc-messages=C");
        PARAMETERS.put("DateStyle", "German");
        PARAMETERS.put("TimeZone", "Asia/Tokyo");
        PARAMETERS.put("client_encoding", "latin1");
        PARAMETERS.put("search_path", "nowhere, pg_catalog");
        PARAMETERS.put("statement_timeout", "54321");
        PARAMETERS.put("lock_timeout", "4321");
        PARAMETERS.put("idle_in_transaction_session_timeout", "76543");
        PARAMETERS.put("client_min_messages", "error");
        PARAMETERS.put("application_name", "who asks");
        PARAMETERS.put("extra_float_digits", "2");
    }

    private TestDatabase database;
    private BothWays both;

    @BeforeAll
    void start(TestDatabase given) throws Exception {
        database = given;
        both = BothWays.to(given);
    }

    @AfterAll
    void stop() {
        both.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESET ALL", "DISCARD ALL", "each"})
    void startupParametersAreWhatResetReturnsTo(String how) throws Exception {
        List<String> names = List.of(
                "geqo_threshold",
                "work_mem",
                "lc_messages",
                "DateStyle",
                "TimeZone",
                "client_encoding",
                "search_path",
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "client_min_messages",
                "application_name",
                "extra_float_digits");
        List<WireMessage> heard = both.same(PARAMETERS, talk -> {
            for (String change : List.of(
                    "SET geqo_threshold = 9; SET work_mem = '9MB'; SET DateStyle = 'ISO'; SET TimeZone = 'UTC'",
                    "SET client_encoding = 'UTF8'; SET search_path = public; SET statement_timeout = 1000",
                    "SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0",
                    "SET client_min_messages = notice; SET application_name = x; SET extra_float_digits = 0")) {
                talk.ask("[CS]+Z", query(change));
            }
            for (String reset : how.equals("each")
                    ? names.stream().map(name -> "RESET " + name).toList()
                    : List.of(how)) {
                talk.ask("[CS]+Z", query(reset));
            }
            for (String name : names) {
                talk.ask("TDCZ", query("SHOW " + name));
            }
        });
        assertThat(heard.stream()
                        .filter(message -> message.tag() == 'D')
                        .map(row -> row.values().get(0)))
                .contains("7", "5MB", "German, DMY", "Asia/Tokyo", "LATIN1", "54321ms", "who asks", "2");
    }

    @Test
    void parameterStatusCarriesTheServersSpelling() throws Exception {
        Map<String, String> spelled = Map.of("client_encoding", "utf-8", "DateStyle", "sql, dmy", "TimeZone", "utc");
        List<WireMessage> login = both.fromConnect(talk -> talk.heard()
                .addAll(BothWays.withoutKey(
                        talk.client().login(PROTOCOL_3_0, both.startup(spelled), database.password()))));
        assertThat(login).extracting(WireMessage::toString).contains("S(client_encoding\\00UTF8\\00)");
    }

    @Test
    void theProcessIdIsThatOfTheServersProcess() throws Exception {
        try (ScriptedClient client = both.proxied()) {
            client.send(query("SELECT pg_backend_pid()"));
            assertThat(client.expect("TDCZ").get(1).values()).containsExactly(String.valueOf(client.processId()));

            database.execute("SELECT pg_terminate_backend(" + client.processId() + ")");
            assertThat(client.expect("E!").get(0).sqlState()).isEqualTo("57P01");
        }
    }

    @Test
    void defaultsOfTheDatabaseHoldForSessionsThatBeginLater() throws Exception {
        try (ScriptedClient client = both.proxied()) {
            client.send(query("ALTER DATABASE " + database.name() + " SET work_mem = '6543kB'"));
            client.expect("CZ");
        }
        List<WireMessage> heard = both.same(talk -> talk.ask("TDCZ", query("SHOW work_mem")));
        assertThat(heard.get(1).values()).containsExactly("6543kB");
        database.execute("ALTER DATABASE " + database.name() + " RESET work_mem");
    }

    @ParameterizedTest
    @CsvSource({
        "196610, ''", // 3.2
        "206607, ''", // 3.9999
        "196608, _pq_.test_protocol_negotiation",
        "206607, _pq_.test_protocol_negotiation"
    })
    void aNewerProtocolIsNegotiatedAsTheServerDoes(int version, String option) throws Exception {
        Map<String, String> more = option.isEmpty() ? Map.of() : Map.of(option, "1");
        List<WireMessage> login = both.fromConnect(talk -> talk.heard()
                .addAll(BothWays.withoutKey(talk.client().login(version, both.startup(more), database.password()))));
        boolean known =
                option.isEmpty() && version == PROTOCOL_3_2 && database.server().version() >= 18;
        assertThat(WireMessage.tags(login)).matches("v?RS*v?Z");
        assertThat(WireMessage.tags(login).contains("v")).isEqualTo(!known);
    }

    @ParameterizedTest
    @ValueSource(ints = {PROTOCOL_3_0, PROTOCOL_3_2, 206607})
    void keysAreAsLongAsTheNegotiatedVersionHasThemAndCancel(
            int version, @WithPostgres(version = 18) TestDatabase newer) throws Exception {
        try (Relay relayToNewer = Relay.to(newer);
                ScriptedClient client = relayToNewer.connect()) {
            List<WireMessage> login =
                    client.login(version, Map.of("user", newer.user(), "database", newer.name()), newer.password());
            assertThat(client.secretKey()).hasSize(version == PROTOCOL_3_0 ? 4 : 32);
            assertThat(WireMessage.tags(login).contains("v")).isEqualTo(version == 206607);

            client.send(query("SELECT pg_sleep(30)"));
            Await.until(
                    "the query runs",
                    () -> !newer.query("SELECT 1 FROM pg_stat_activity WHERE pid = " + client.processId()
                                    + " AND wait_event = 'PgSleep'")
                            .isEmpty());
            ScriptedClient.cancel("127.0.0.1", relayToNewer.port(), client.processId(), client.secretKey());
            assertThat(client.expect("TEZ").get(1).sqlState()).isEqualTo("57014");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "user, nobody_of_that_name, 28000",
        "database, no_database_of_that_name, 3D000",
        "no_such_setting, 1, 42704",
        "DateStyle, nonsense, 22023",
        "replication, perhaps, 22023",
        "options, -c, 42601"
    })
    void aRefusedLoginEndsWithTheServersWordsAndIsNobodyElses(String name, String value, String state)
            throws Exception {
        List<WireMessage> heard = both.fromConnect(talk -> talk.heard()
                .addAll(talk.client().tryLogin(PROTOCOL_3_0, both.startup(Map.of(name, value)), database.password())));
        assertThat(heard.get(heard.size() - 1)).isEqualTo(WireMessage.END);
        WireMessage refusal = heard.get(heard.size() - 2);
        assertThat(refusal.severity()).isEqualTo("FATAL");
        assertThat(refusal.sqlState()).isEqualTo(state);
        both.proxied().close();
    }

    @Test
    void encryptionIsDeclinedAndTheLoginGoesOnInClear() throws Exception {
        try (ScriptedClient client = both.relay().connect()) {
            client.send(gssEncRequest());
            assertThat(client.readBytes(1)).containsExactly('N');
            client.send(sslRequest());
            assertThat(client.readBytes(1)).containsExactly('N');
            client.login(database.user(), database.password(), database.name());
        }
    }
}
