package io.pgproxy.core.wire;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The extended protocol: statements, portals, pipelines, and what is left of them after an error. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExtendedTest {
    private static final int INT_SUM = 177; // pg_proc: int4pl

    private BothWays both;

    @BeforeAll
    void start(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE counted (n int)");
        both = ways(database);
    }

    BothWays ways(TestDatabase database) throws IOException {
        return BothWays.to(database);
    }

    @AfterAll
    void stop() {
        both.close();
    }

    @Test
    void theUnnamedStatementAndPortalLiveAcrossSync() throws Exception {
        both.same(talk -> {
            talk.ask("1tTZ", parse("", "SELECT $1::int + 1"), describeStatement(""), sync());
            talk.ask("2DCZ", bind("", "", "41"), execute(), sync());
            talk.ask("2DCZ", bind("", "", "42"), execute(), sync());
            talk.ask("1EZ", parse("", "SELECT 'again'"), execute(), sync()); // the portal went with its Sync
            talk.ask("2DCZ", bind("", ""), execute(), sync());
        });
    }

    @Test
    void manySyncsMayBeOutstandingAndEachIsAnswered() throws Exception {
        List<WireMessage> heard = both.same(talk -> {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < 1_000; i++) {
                all.writeBytes(parse("", i % 10 == 7 ? "SELECT 1/0" : "SELECT " + i));
                all.writeBytes(bind("", ""));
                all.writeBytes(describePortal(""));
                all.writeBytes(execute());
                all.writeBytes(sync());
            }
            talk.client().send(all.toByteArray());
            for (int i = 0; i < 1_000; i++) {
                talk.hear(i % 10 == 7 ? "1?2?T?EZ" : "12TDCZ");
            }
        });
        assertThat(heard.stream().filter(message -> message.tag() == 'Z')).hasSize(1_000);
    }

    @Test
    void anExchangeGoesUpstreamBeforeTheOneInFrontOfItHasBeenAnswered() throws Exception {
        try (ScriptedClient blocker = both.proxied();
                ScriptedClient client = both.proxied()) {
            blocker.send(query("SELECT pg_advisory_lock(4711)"));
            blocker.expect("TDCZ");
            client.send(parse("", "SELECT pg_advisory_lock(4711)"), bind("", ""), execute(), sync());
            client.send(parse("", "SELECT pg_advisory_unlock(4711)"), bind("", ""), execute(), sync());
            client.send(query("INSERT INTO counted VALUES (1)"));
            Await.until(
                    "the lock is waited for",
                    () -> !both.database()
                            .query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                            .isEmpty());
            blocker.send(query("SELECT pg_advisory_unlock(4711)"));
            blocker.expect("TDCZ");
            client.expect("12DCZ");
            client.expect("12DCZ");
            client.expect("CZ");
        }
    }

    @Test
    void anErrorSkipsToTheNextSyncOnlyQueriesAndFunctionCallsIncluded() throws Exception {
        both.same(talk -> {
            talk.ask(
                    "12EZ",
                    parse("", "SELECT 1/n FROM generate_series(0, 0) n"),
                    bind("", ""),
                    execute(),
                    query("SELECT 'skipped'"),
                    functionCall(INT_SUM, "1", "2"),
                    parse("late", "SELECT 'skipped'"),
                    sync(),
                    query("SELECT 'heard'"),
                    functionCall(INT_SUM, "40", "2"),
                    bind("", "late"),
                    sync(),
                    sync());
            talk.hear("TDCZ");
            talk.hear("VZ");
            talk.hear("EZ");
            talk.hear("Z");
        });
    }

    @Test
    void flushIsAnsweredWithoutSync() throws Exception {
        both.same(talk -> {
            talk.client().send(parse("s", "SELECT $1::text"), describeStatement("s"), flush());
            talk.hearNext("1tT");
            talk.client().send(bind("p", "s", "a"), flush());
            talk.hearNext("2");
            talk.client().send(execute("p", 0), closePortal("p"), flush());
            talk.hearNext("DC3");
            talk.client().send(parse("", "SELECT nothing"), flush());
            talk.hearNext("E");
            talk.client().send(bind("", "s", "skipped"), flush(), closeStatement("s"));
            talk.ask("Z", sync());
            talk.ask("2DCZ", bind("", "s", "still there"), execute(), sync());
        });
    }

    @Test
    void terminateBehindUnansweredQueriesLetsThemFinish() throws Exception {
        both.database().execute("TRUNCATE counted");
        both.same(talk -> {
            talk.client()
                    .send(
                            query("SELECT pg_sleep(0.1)"),
                            query("INSERT INTO counted SELECT generate_series(1, 1000)"),
                            parse("", "SELECT repeat('x', 100000)"),
                            bind("", ""),
                            execute(),
                            sync(),
                            terminate());
            talk.hear("TDCZ");
            talk.hear("CZ");
            talk.hear("12DCZ");
            talk.hear("!");
        });
        assertThat(both.database().query("SELECT count(*) FROM counted").get(0)).containsExactly("2000");
    }

    @Test
    void aStatementThatDdlHasChangedIsRefusedAndCanBeMadeAnew() throws Exception {
        both.same(talk -> {
            talk.ask("1Z", parse("s", "SELECT n FROM counted LIMIT 1"), sync());
            talk.ask("2TD?CZ", bind("", "s"), describePortal(""), execute(), sync());
            talk.ask("CZ", query("ALTER TABLE counted ALTER n TYPE bigint"));
            assertThat(talk.ask("EZ", bind("", "s"), execute(), sync()).get(0).sqlState())
                    .isEqualTo("0A000");
            talk.ask("31Z", closeStatement("s"), parse("s", "SELECT n FROM counted LIMIT 1"), sync());
            talk.ask("2TD?CZ", bind("", "s"), describePortal(""), execute(), sync());
            talk.ask("CZ", query("ALTER TABLE counted ALTER n TYPE int"));
        });
    }

    @Test
    void closeDeallocateAndDiscardLookAsTheClientExpects() throws Exception {
        byte[] names = query("SELECT name, statement, from_sql FROM pg_prepared_statements ORDER BY name");
        both.same(talk -> {
            talk.ask("111Z", parse("a", "SELECT 1"), parse("b", "SELECT $1"), parse("c", "SELECT 3"), sync());
            talk.ask("CZ", query("PREPARE d AS SELECT 4"));
            talk.ask("TD{4}CZ", names);
            talk.ask("33Z", closeStatement("a"), closeStatement("never there"), sync());
            talk.ask("CZ", query("DEALLOCATE b"));
            talk.ask("TD{2}CZ", names);
            talk.ask("EZ", bind("", "a"), execute(), sync());
            talk.ask("CZ", query("DISCARD ALL"));
            talk.ask("TCZ", names);
            talk.ask("EZ", bind("", "c"), execute(), sync());
        });
    }

    @Test
    void aBindMayHave65535Parameters() throws Exception {
        String[] values = new String[65_535];
        Arrays.setAll(values, String::valueOf);
        StringBuilder sql = new StringBuilder("SELECT max(n) FROM (VALUES ($1::int)");
        for (int i = 2; i <= values.length; i++) {
            sql.append(",($").append(i).append("::int)");
        }
        sql.append(") v(n)");
        List<WireMessage> heard = both.same(
                talk -> talk.ask("12DCZ", parse("", sql.toString()), bind("", "", values), execute(), sync()));
        assertThat(heard.get(2).values()).containsExactly("65534");
    }

    @Test
    void portalsAreSuspendedResumedAndClosedByTheEndOfTheirTransaction() throws Exception {
        both.same(talk -> {
            talk.ask("CZ", query("BEGIN"));
            talk.ask("12DDsZ", parse("", "SELECT generate_series(1, 7)"), bind("p", ""), execute("p", 2), sync());
            talk.ask("DDDsDDCZ", execute("p", 3), execute("p", 5), sync());
            talk.ask("CZ", execute("p", 1), sync());
            talk.ask("12DsZ", parse("", "SELECT generate_series(1, 7)"), bind("q", ""), execute("q", 1), sync());
            talk.ask("CZ", query("COMMIT"));
            talk.ask("EZ", execute("q", 1), sync());
            talk.ask("12DsZ", parse("", "SELECT generate_series(1, 7)"), bind("r", ""), execute("r", 1), sync());
            talk.ask("EZ", execute("r", 1), sync()); // outside of a block the Sync closed it
        });
    }

    @Test
    void cursorsLiveAsLongAsTheyWereDeclaredTo() throws Exception {
        both.same(talk -> {
            talk.ask("CZ", query("BEGIN"));
            talk.ask("CZ", query("DECLARE held CURSOR WITH HOLD FOR SELECT generate_series(1, 5)"));
            talk.ask("CZ", query("DECLARE gone CURSOR FOR SELECT generate_series(1, 5)"));
            talk.ask(
                    "CZ",
                    query(
                            "CREATE FUNCTION pg_temp.opened() RETURNS refcursor LANGUAGE plpgsql AS $$ DECLARE c refcursor"
                                    + " := 'ref'; BEGIN OPEN c FOR SELECT generate_series(8, 9); RETURN c; END $$"));
            talk.ask("TDCZ", query("SELECT pg_temp.opened()"));
            talk.ask("TDDCZ", query("FETCH ALL FROM ref"));
            talk.ask("TDDCZ", query("FETCH 2 FROM gone"));
            talk.ask("CZ", query("COMMIT"));
            talk.ask("TDDCZ", query("FETCH 2 FROM held"));
            talk.ask("EZ", query("FETCH 2 FROM gone"));
        });
    }
}
