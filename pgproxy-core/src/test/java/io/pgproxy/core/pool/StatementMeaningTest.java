package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements of equal texts are one, but only to those to whom the text means the same. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatementMeaningTest {
    private TestDatabase database;
    private Relay relay;

    @BeforeAll
    void start(TestDatabase given) throws Exception {
        database = given;
        database.execute(
                "CREATE SCHEMA one; CREATE SCHEMA two; CREATE TABLE one.t (a int); CREATE TABLE two.t (b text);"
                        + "INSERT INTO one.t VALUES (1); INSERT INTO two.t VALUES ('two')");
        relay = Relay.pooled(given, PoolSettings.transaction(1));
    }

    @AfterAll
    void stop() {
        relay.close();
    }

    /** Constants are read when a statement is prepared, by the settings of that time. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "datestyle = 'ISO, DMY'; select '01/02/2020'::date::text; 2020-01-02; 2020-02-01",
                "timezone = 'Asia/Tokyo'; select extract(epoch from '2020-01-01 00:00'::timestamptz)::int::text;"
                        + " 1577836800; 1577804400",
                "standard_conforming_strings = off; select length('a\\\\b')::text; 4; 3",
                "client_encoding = 'LATIN1'; select length('\u00e9')::text; 1; 2",
                "transform_null_equals = on; select (count(*) filter (where 1 = null))::text; 0; 0",
                "search_path = two; select 'one.t'::regclass::text; one.t; one.t",
            })
    void theSettingsOfAnotherMakeAnotherStatement(String setting, String sql, String usual, String other)
            throws Exception {
        for (String set : List.of("SET " + setting, "SET LOCAL " + setting)) {
            try (ScriptedClient one = relay.login(database);
                    ScriptedClient two = relay.login(database)) {
                one.send(query("SET timezone = 'UTC'; SET escape_string_warning = off"));
                one.readUntilReady();
                two.send(query("SET timezone = 'UTC'; SET escape_string_warning = off"));
                two.readUntilReady();
                assertThat(value(one, sql)).isEqualTo(usual);
                two.send(query("BEGIN"));
                two.readUntilReady();
                two.send(query(set));
                two.readUntilReady();
                assertThat(value(two, sql)).as(set).isEqualTo(other);
                two.send(query("COMMIT"));
                two.readUntilReady();
                one.send(bind("", "s"), execute(), sync());
                assertThat(one.expect("2DCZ").get(1).values()).containsExactly(usual);
                two.send(bind("", "s"), execute(), sync());
                assertThat(two.expect("2DCZ").get(1).values()).as(set).containsExactly(other);
            }
        }
    }

    private static String value(ScriptedClient client, String sql) throws Exception {
        client.send(parse("s", sql), bind("", "s"), execute(), sync());
        return String.valueOf(client.expect("12DCZ").get(2).values().get(0));
    }

    @Test
    void aPathOfOneTransactionIsNoReasonToRefuse() throws Exception {
        try (ScriptedClient one = relay.login(database);
                ScriptedClient two = relay.login(database)) {
            one.send(query("SET search_path = one"));
            one.readUntilReady();
            one.send(parse("s", "SELECT * FROM t"), describeStatement("s"), bind("", "s"), execute(), sync());
            one.expect("1tT2DCZ");
            two.send(query("SET search_path = one"));
            two.readUntilReady();
            two.send(query("BEGIN; SET LOCAL search_path = two"));
            two.readUntilReady();
            two.send(parse("s", "SELECT * FROM t"), describeStatement("s"), bind("", "s"), execute(), sync());
            two.expect("1tT2DCZ");
            two.send(query("COMMIT"));
            two.expect("CZ");
            one.send(bind("", "s"), execute(), sync());
            one.expect("2DCZ");
        }
    }

    /** Names are forgotten, and given anew in the same flight. */
    @ParameterizedTest
    @ValueSource(strings = {"DEALLOCATE ALL", "DEALLOCATE s", "DISCARD ALL", "SELECT 1; DEALLOCATE s"})
    void aNameIsGivenAnewInTheSameFlight(String forget) throws Exception {
        try (ScriptedClient client = relay.login(database)) {
            client.send(parse("s", "SELECT 'before'"), sync());
            client.expect("1Z");
            client.send(query(forget), parse("s", "SELECT 'behind'"), bind("", "s"), execute(), sync());
            List<WireMessage> first = client.readUntilReady();
            assertThat(WireMessage.tags(first)).doesNotContain("E");
            assertThat(client.expect("12DCZ").get(2).values()).containsExactly("behind");
            client.send(bind("", "s"), execute(), sync());
            client.expect("2DCZ");
        }
    }

    /** A statement of SQL's PREPARE is bound, described and closed in the flight that makes it. */
    @Test
    void aPreparedOneIsBoundInTheSameFlight() throws Exception {
        try (ScriptedClient client = relay.login(database)) {
            client.send(query("PREPARE p AS SELECT 'p'"), describeStatement("p"), bind("", "p"), execute(), sync());
            client.expect("CZ");
            client.expect("tT2DCZ");
            client.send(query("DEALLOCATE p"), bind("", "p"), execute(), sync());
            client.expect("CZ");
            assertThat(client.expect("EZ").get(0).sqlState()).isEqualTo("26000");
            client.send(query("PREPARE p AS SELECT 'p'"), closeStatement("p"), bind("", "p"), sync());
            client.expect("CZ");
            assertThat(client.expect("3EZ").get(1).sqlState()).isEqualTo("26000");
        }
    }

    /** Whatever the pool calls its own, clients may call theirs. */
    @Test
    void theNamesOfThePoolAreFree() throws Exception {
        try (ScriptedClient client = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            for (String name : List.of("pgproxy_0", "pgproxy_1", "pgproxy_2", "pgproxy_run", "pgproxy_9999")) {
                client.send(query("PREPARE " + name + " AS SELECT '" + name + "'"));
                client.expect("CZ");
            }
            for (int i = 0; i < 2; i++) {
                other.send(parse("o" + i, "SELECT 'o'"), bind("", "o" + i), execute(), sync());
                other.expect("12DCZ");
                client.send(parse("o" + i, "SELECT 'o'"), bind("", "o" + i), execute(), sync());
                client.expect("12DCZ");
                for (String name : List.of("pgproxy_0", "pgproxy_1", "pgproxy_2", "pgproxy_run", "pgproxy_9999")) {
                    client.send(query("EXECUTE " + name));
                    assertThat(client.expect("TDCZ").get(1).values()).containsExactly(name);
                    client.send(bind("", name), execute(), sync());
                    assertThat(client.expect("2DCZ").get(1).values()).containsExactly(name);
                }
                other.send(query("PREPARE pgproxy_run AS SELECT 'others'"));
                other.readUntilReady();
                other.send(query("DISCARD ALL"));
                other.readUntilReady();
            }
        }
    }

    /** A portal that is called what the pool calls its own. */
    @Test
    void thePortalsOfThePoolAreFree() throws Exception {
        try (ScriptedClient client = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            client.send(query("PREPARE p AS SELECT 'p'"));
            client.expect("CZ");
            other.send(query("PREPARE p AS SELECT 'others'"));
            other.expect("CZ");
            client.send(
                    parse("", "SELECT 'mine'"),
                    bind("pgproxy_run", ""),
                    bind("", "p"),
                    execute(),
                    execute("pgproxy_run", 0),
                    sync());
            List<WireMessage> heard = client.expect("122DCDCZ");
            assertThat(heard.get(3).values()).containsExactly("p");
            assertThat(heard.get(5).values()).containsExactly("mine");
        }
    }

    /** The server skips a Close behind an error, be it the client's or the pool's. */
    @Test
    void nobodyFindsAStatementOfAnotherThatWasNotClosed() throws Exception {
        try (ScriptedClient client = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            client.send(query("PREPARE p AS SELECT 'p'"));
            client.expect("CZ");
            client.send(execute("nobody", 0), closeStatement("p"), sync());
            client.expect("EZ");
            other.send(query("EXECUTE p"));
            assertThat(other.expect("EZ").get(0).sqlState()).isEqualTo("26000");
            client.send(query("EXECUTE p"));
            assertThat(client.expect("TDCZ").get(1).values()).containsExactly("p");
            other.send(execute("nobody", 0), parse("", "EXECUTE p"), bind("", ""), execute(), sync());
            other.expect("EZ");
            other.send(query("EXECUTE p"));
            assertThat(other.expect("EZ").get(0).sqlState()).isEqualTo("26000");
            other.send(execute("nobody", 0), bind("", "p"), sync());
            other.expect("EZ");
            other.send(bind("", "p"), execute(), sync());
            assertThat(other.expect("EZ").get(0).sqlState()).isEqualTo("26000");
            client.send(query("EXECUTE p"));
            assertThat(client.expect("TDCZ").get(1).values()).containsExactly("p");
            client.send(execute("nobody", 0), closeStatement("p"), parse("p", "SELECT 'new'"), sync());
            client.expect("EZ");
            client.send(bind("", "p"), execute(), sync());
            assertThat(client.expect("2DCZ").get(1).values()).containsExactly("p");
        }
    }

    @Test
    void anExecuteIsDescribedAsWhatItNames() throws Exception {
        try (ScriptedClient client = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            client.send(query("PREPARE p AS SELECT 'p'"));
            client.expect("CZ");
            other.send(query("PREPARE p AS SELECT 1, 2"));
            other.expect("CZ");
            client.send(parse("", "EXECUTE p"), describeStatement(""), sync());
            assertThat(client.expect("1tTZ").get(2).body()[1]).isEqualTo((byte) 1);
            client.send(bind("", ""), execute(), sync());
            assertThat(client.expect("2DCZ").get(1).values()).containsExactly("p");
        }
    }

    /** The server skips all up to the client's Sync: one of the pool's own would end that too early. */
    @Test
    void aNameIsNotBroughtWhereAllIsSkipped() throws Exception {
        try (ScriptedClient client = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            client.send(query("PREPARE p AS SELECT 'p'"));
            client.expect("CZ");
            other.send(query("PREPARE p AS SELECT 'others'"));
            other.expect("CZ");
            client.send(execute("nobody", 0), query("SELECT 1"), query("EXECUTE p"), query("EXECUTE p"), sync());
            client.expect("EZ");
            client.send(query("EXECUTE p"));
            assertThat(client.expect("TDCZ").get(1).values()).containsExactly("p");
        }
    }

    /** Wherever a statement of old is prepared anew, by whatever settings its client has by then. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoChangesHowTextsAreReadChangesItForNobodyElse(boolean bySql) throws Exception {
        String sql = "SELECT '01/02/2003'::date::text";
        try (Relay two = Relay.pooled(database, PoolSettings.transaction(2));
                ScriptedClient client = two.login(database);
                ScriptedClient other = two.login(database);
                ScriptedClient busy = two.login(database)) {
            client.send(query("SET datestyle TO 'ISO, MDY'"));
            client.expect("CS*Z");
            client.send(parse("s", sql), bind("", "s"), execute(), sync());
            assertThat(client.expect("12DCZ").get(2).values()).containsExactly("2003-01-02");
            client.send(query("SET datestyle TO 'ISO, DMY'"));
            client.expect("CS*Z");
            busy.send(query("BEGIN")); // on the connection that has it
            busy.expect("CZ");
            if (bySql) {
                client.send(query("EXECUTE s"));
                client.expect("S*TDCZ");
            } else {
                client.send(bind("", "s"), execute(), sync());
                client.expect("S*2DCZ");
            }
            other.send(query("SET datestyle TO 'ISO, MDY'"));
            other.expect("S*CS*Z");
            other.send(parse("s", sql), bind("", "s"), execute(), sync());
            assertThat(other.expect("S*12DCZ").stream()
                            .filter(message -> message.tag() == 'D')
                            .map(WireMessage::values))
                    .containsExactly(List.of("2003-01-02"));
            other.send(query("EXECUTE s"));
            assertThat(other.expect("TDCZ").get(1).values()).containsExactly("2003-01-02");
        }
    }

    /** As on the server: it is read when it is parsed. */
    @Test
    void whereAStatementIsItMeansWhatItMeant() throws Exception {
        try (ScriptedClient client = relay.login(database)) {
            client.send(query("SET datestyle TO 'ISO, MDY'"));
            client.expect("CS*Z");
            client.send(parse("s", "SELECT '01/02/2003'::date::text"), sync());
            client.expect("1Z");
            client.send(query("SET datestyle TO 'ISO, DMY'"));
            client.expect("CS*Z");
            client.send(bind("", "s"), execute(), sync());
            assertThat(client.expect("2DCZ").get(1).values()).containsExactly("2003-01-02");
        }
    }

    /** Those of tenants, and what limits time or memory: the statement is the same for all. */
    @Test
    void settingsThatNoTextIsReadByLeaveStatementsShared() throws Exception {
        try (Relay one = Relay.pooled(
                        database,
                        PoolSettings.transaction(1).toBuilder()
                                .preparedStatements(1)
                                .build());
                ScriptedClient client = one.login(database);
                ScriptedClient other = one.login(database)) {
            client.send(query("SET app.tenant TO 'a'"));
            client.expect("CS*Z");
            other.send(query("SET app.tenant TO 'b'"));
            other.expect("CS*Z");
            for (ScriptedClient each : List.of(client, other)) {
                each.send(parse("s", "SELECT current_setting('app.tenant')"), sync());
                each.expect("1Z");
            }
            client.send(bind("", "s"), execute(), sync());
            assertThat(client.expect("2DCZ").get(1).values()).containsExactly("a");
            other.send(bind("", "s"), execute(), sync());
            assertThat(other.expect("2DCZ").get(1).values()).containsExactly("b");
            assertThat(one.server().pools().get(0).counts().prepared()).isZero();
        }
    }

    /** What has to wait for what names mean is read as what comes at its time. */
    @Test
    void whatIsPreparedBehindAnotherOneIsTheClientsOwn() throws Exception {
        try (ScriptedClient client = relay.login(database);
                ScriptedClient other = relay.login(database)) {
            other.send(query("PREPARE second AS SELECT 'others'"));
            other.expect("CZ");
            client.send(
                    parse("", "PREPARE first AS SELECT 'first'"),
                    bind("", ""),
                    execute(),
                    sync(),
                    parse("", "PREPARE second AS SELECT 'second'"),
                    bind("", ""),
                    execute(),
                    sync());
            client.expect("12CZ");
            client.expect("12CZ");
            other.send(query("EXECUTE second"));
            assertThat(other.expect("TDCZ").get(1).values()).containsExactly("others");
            client.send(query("EXECUTE second"));
            assertThat(client.expect("TDCZ").get(1).values()).containsExactly("second");
        }
    }

    /** In a block that has failed nothing is prepared, known or not. */
    @Test
    void nothingIsPreparedInAFailedBlock() throws Exception {
        try (ScriptedClient client = relay.login(database)) {
            client.send(parse("known", "SELECT 'known'"), sync());
            client.expect("1Z");
            client.send(query("BEGIN"));
            client.expect("CZ");
            client.send(query("SELECT 1/0"));
            client.expect("EZ");
            client.send(parse("s", "SELECT 'known'"), bind("", "s"), execute(), sync());
            client.expect("EZ");
            client.send(query("ROLLBACK"));
            client.expect("CZ");
            client.send(parse("s", "SELECT 'known'"), bind("", "s"), execute(), sync());
            client.expect("12DCZ");
        }
    }

    /** Such a constant is read when the statement is prepared: the next client's now is another one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 'now'::timestamptz::text",
                "select timestamptz ' NOW '::text",
                "select E'n\\x6fw'::timestamptz::text",
                "select (U&'!006eow' UESCAPE '!')::timestamptz::text",
                "select 'no'\n 'w'::timestamptz::text"
            })
    void nowIsWhenTheClientHasPreparedIt(String sql) throws Exception {
        try (ScriptedClient one = relay.login(database);
                ScriptedClient two = relay.login(database)) {
            String before = value(one, sql);
            String behind = value(two, sql);
            assertThat(behind).isNotEqualTo(before);
            one.send(bind("", "s"), execute(), sync());
            assertThat(one.expect("2DCZ").get(1).values()).containsExactly(before);
            two.send(bind("", "s"), execute(), sync());
            assertThat(two.expect("2DCZ").get(1).values()).containsExactly(behind);
        }
    }
}
