package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Settings are in force for the execution that a hook wants them for, and for no other. */
@WithPostgres
class TermsTest {
    private static final String A = "select current_setting('app.tenant', true) as tenant_a";
    private static final String B = "select current_setting('app.tenant', true) as tenant_b";
    private static final String NONE = "select current_setting('app.tenant', true) as nobody";

    private final TestDatabase database;
    private HookedProxy proxy;
    private ScriptedClient client;

    TermsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute(
                "create or replace function to_x() returns text language sql as $$select set_config('app.tenant', 'x', false)$$");
        proxy = HookedProxy.before(database, QueryHook.admit(TermsTest::terms));
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    private static Verdict<Terms> terms(Execution execution) {
        String sql = execution.statement().sql();
        if (sql.contains("invalid_value")) {
            return Verdict.of(Terms.setting("work_mem", "nonsense"));
        }
        return sql.contains("tenant_a")
                ? Verdict.of(Terms.setting("App.Tenant", "a"))
                : sql.contains("tenant_b") ? Verdict.of(Terms.setting("app.tenant", "b")) : Verdict.proceed();
    }

    /** The tenant that a statement finds, by a Query. */
    private String simple(String sql) throws Exception {
        return values(ask(client, sql));
    }

    private String extended(String... statements) throws Exception {
        for (String sql : statements) {
            client.send(parse("", sql), bind("", ""), execute());
        }
        return values(ask(client, sync()));
    }

    private static String values(String answer) {
        StringBuilder values = new StringBuilder();
        for (String part : answer.split(" ", -1)) {
            if (part.startsWith("D[") || part.startsWith("E(")) {
                values.append(values.isEmpty() ? "" : " ").append(part);
            }
        }
        return values.toString();
    }

    @Test
    void forOneExecution() throws Exception {
        assertThat(simple(A)).isEqualTo("D[a]");
        assertThat(simple(NONE)).isEqualTo("D[]");
        assertThat(simple(B)).isEqualTo("D[b]");
        assertThat(extended(A)).isEqualTo("D[a]");
        assertThat(extended(NONE)).isEqualTo("D[]");
        assertThat(extended(B)).isEqualTo("D[b]");
        assertThat(extended(A, B, NONE, A)).isEqualTo("D[a] D[b] D[] D[a]");
        assertThat(simple(B)).isEqualTo("D[b]");
    }

    @Test
    void nothingOfItShowsInTheAnswers() throws Exception {
        assertThat(ask(client, A)).isEqualTo("T[tenant_a] D[a] C(SELECT 1) ZI");
        assertThat(ask(client, parse("", B), bind("", ""), execute(), sync())).isEqualTo("1 2 D[b] C(SELECT 1) ZI");
    }

    @Test
    void pipelinedAcrossSyncs() throws Exception {
        client.send(query(A), query(NONE), query(B));
        client.send(parse("", A), bind("", ""), execute(), sync());
        client.send(parse("", NONE), bind("", ""), execute(), sync(), query(B), query("begin"), query(A));
        client.send(query("rollback"), query(A), query(NONE));
        StringBuilder seen = new StringBuilder();
        for (int i = 0; i < 11; i++) {
            seen.append(values(Told.next(client))).append(' ');
        }

        assertThat(seen.toString().replaceAll(" +", " ")).isEqualTo("D[a] D[] D[b] D[a] D[] D[b] D[a] D[a] D[] ");
    }

    @Test
    void cannotBeUndoneByWhatRunsATextOfItsOwn() throws Exception {
        assertThat(simple(A)).isEqualTo("D[a]");

        assertThat(simple(
                        "select query_to_xml('select set_' || 'config(''app.tenant'', ''x'', false)', true, true, ''),"
                                + " current_setting('app.tenant') as tenant_a"))
                .isEqualTo("E(42501)");
        assertThat(simple("do $$begin perform set_config('app.tenant', 'x', false); end$$ /* tenant_a */"))
                .isEqualTo("E(42501)");
        assertThat(simple(A)).isEqualTo("D[a]");
    }

    @Test
    void putInABatchThatFailsLaterTheyAreNotBelievedByTheNext() throws Exception {
        client.send(parse("", A), bind("", ""), execute(), flush());
        client.expectNext("12DC");
        client.send(
                parse("", "select 'nothing of it fails'"),
                bind("", ""),
                execute(),
                parse("", "select 1/(select 0) as tenant_a"),
                bind("", ""),
                execute(),
                sync(),
                parse("", A),
                bind("", ""),
                execute(),
                sync());

        Told.next(client);

        assertThat(values(Told.next(client))).isEqualTo("D[a]");
    }

    @Test
    void ofTheExecutionAtHandWhenPortalsAreOpenSideBySide() throws Exception {
        String a = "select current_setting('app.tenant', true) || n as tenant_a from generate_series(1, 4) n";
        String b = a.replace("tenant_a", "tenant_b");

        String seen = values(ask(
                client,
                parse("", a),
                bind("pa", ""),
                parse("", b),
                bind("pb", ""),
                execute("pa", 1),
                execute("pb", 1),
                execute("pa", 1),
                parse("", "reset all"),
                bind("reset", ""),
                execute("pb", 1),
                execute("reset", 0),
                execute("pb", 1),
                execute("pa", 0),
                sync()));

        assertThat(seen).isEqualTo("D[a1] D[b1] D[a2] D[b2] D[b3] D[a3] D[a4]");
    }

    @Test
    void behindAllThatTakesSettingsBack() throws Exception {
        for (String undone : new String[] {
            "begin; " + A.replace("tenant_a", "other") + "; rollback", "reset all", "discard all", "select to_x()"
        }) {
            assertThat(simple(A)).as(undone).isEqualTo("D[a]");
            ask(client, undone);
            assertThat(simple(A)).as(undone).isEqualTo("D[a]");
            ask(client, undone);
            assertThat(extended(A)).as(undone).isEqualTo("D[a]");
            assertThat(simple(NONE)).as(undone).isEqualTo("D[]");
        }
        for (String end : new String[] {"rollback", "commit", "rollback to s"}) {
            ask(client, "begin");
            ask(client, "savepoint s");
            assertThat(simple(A)).isEqualTo("D[a]");
            assertThat(ask(client, end.equals("commit") ? "select 1/0" : "select 1 as a"))
                    .contains("Z");
            ask(client, end);
            assertThat(simple(A)).as(end).isEqualTo("D[a]");
            assertThat(extended(A, NONE)).as(end).isEqualTo("D[a] D[]");
            ask(client, "rollback");
            assertThat(simple(A)).as(end).isEqualTo("D[a]");
        }
    }

    @Test
    void severalStatementsOfAQueryAgreeOrNoneRuns() throws Exception {
        assertThat(simple(A + "; " + A)).isEqualTo("D[a] D[a]");
        assertThat(simple(A + "; " + B)).isEqualTo("E(0A000)");
        assertThat(simple("reset all; " + A)).isEqualTo("E(0A000)");
        assertThat(simple("begin; " + A + "; commit")).isEqualTo("D[a]");
        ask(client, "begin");
        assertThat(simple("rollback; " + A)).isEqualTo("E(0A000)");
        assertThat(simple("commit; " + A)).isEqualTo("E(25P02)");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
        assertThat(simple(A)).isEqualTo("D[a]");
    }

    @Test
    void inAFailedBlockTheServerSaysSo() throws Exception {
        ask(client, "begin");
        ask(client, "select 1/0");
        assertThat(ask(client, A)).isEqualTo("E(25P02) ZE");
        assertThat(ask(client, parse("", A), bind("", ""), execute(), sync())).isEqualTo("E(25P02) ZE");
        assertThat(ask(client, parse("", "rollback"), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 C(ROLLBACK) ZI");
        assertThat(simple(A)).isEqualTo("D[a]");
    }

    @Test
    void theClientCannotChangeWhatIsGoverned() throws Exception {
        simple(A);
        for (String sql : new String[] {
            "set app.tenant = 'x'",
            "SET SESSION App.Tenant TO x",
            "set local app.tenant = 'x'",
            "reset app.tenant",
            "select set_config('app.tenant', 'x', false)",
            "select pg_catalog.set_config('app.tenant', 'x', false)"
        }) {
            assertThat(ask(client, sql)).as(sql).isEqualTo("E(42501) ZI");
            assertThat(ask(client, parse("", sql), bind("", ""), execute(), sync()))
                    .as(sql)
                    .isEqualTo("E(42501) ZI");
        }
        assertThat(simple(A)).isEqualTo("D[a]");
    }

    @Test
    void notEvenInTheTextThatNeedsItFirst() throws Exception {
        assertThat(ask(client, "set app.tenant = 'x'; " + A)).isEqualTo("E(42501) ZI");
        assertThat(ask(client, "begin; set local app.tenant = 'x'; " + A)).isEqualTo("E(42501) ZI");
        assertThat(ask(client, "select set_config('app.tenant', 'x', false); " + A))
                .isEqualTo("E(42501) ZI");
        assertThat(simple(A)).isEqualTo("D[a]");
    }

    @Test
    void whatWasPreparedBeforeIsRefusedWhenItRuns() throws Exception {
        ask(client, parse("s", "set app.tenant = 'x'"), sync());
        simple(A);

        assertThat(ask(client, bind("", "s"), execute(), sync())).isEqualTo("E(42501) ZI");
    }

    @Test
    void aValueThatCannotBeFailsTheExecution() throws Exception {
        assertThat(ask(client, "select 1 as invalid_value")).isEqualTo("E(22023) ZI");
        assertThat(ask(client, parse("", "select 1 as invalid_value"), bind("", ""), execute(), sync()))
                .isEqualTo("1 E(22023) ZI");
        ask(client, "begin");
        assertThat(ask(client, "select 1 as invalid_value")).isEqualTo("E(22023) ZE");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
        assertThat(ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        assertThat(simple(A)).isEqualTo("D[a]");
    }

    @Test
    void whatFailsAtSyncTakesThemBackToo() throws Exception {
        database.execute("drop table if exists d; create table d (a int unique deferrable initially deferred);"
                + "insert into d values (1)");
        assertThat(ask(
                        client,
                        parse("", A),
                        bind("", ""),
                        execute(),
                        parse("", "insert into d values (1)"),
                        bind("", ""),
                        execute(),
                        sync(),
                        parse("", A),
                        bind("", ""),
                        execute(),
                        sync()))
                .endsWith("C(INSERT 0 1) E(23505) ZI");
        assertThat(Told.next(client)).isEqualTo("1 2 D[a] C(SELECT 1) ZI");
        assertThat(extended(A)).isEqualTo("D[a]");
        ask(client, "begin");
        assertThat(extended(B)).isEqualTo("D[b]");
        ask(client, "insert into d values (1)");
        assertThat(ask(client, "commit")).isEqualTo("E(23505) ZI");
        assertThat(simple(B)).isEqualTo("D[b]");
    }

    @Test
    void aRoleIsNotChangedByAnotherName() throws Exception {
        database.execute("do $$ begin create role teller; exception when duplicate_object then null; end $$");
        client.close();
        proxy.close();
        proxy = HookedProxy.before(database, QueryHook.session(session -> Verdict.of(Terms.setting("role", "teller"))));
        client = proxy.client();

        assertThat(simple("select current_user")).isEqualTo("D[teller]");
        for (String sql : new String[] {
            "reset role",
            "set role none",
            "set session authorization default",
            "reset session authorization",
            "set session authorization " + database.user()
        }) {
            ask(client, sql);
            assertThat(simple("select current_user")).as(sql).isEqualTo("D[teller]");
            ask(client, parse("", sql), bind("", ""), execute(), sync());
            assertThat(extended("select current_user")).as(sql).isEqualTo("D[teller]");
            assertThat(simple(sql + "; select current_user")).as(sql).startsWith("E(");
        }
    }

    @Test
    void ofASessionForAllItRuns() throws Exception {
        client.close();
        proxy.close();
        proxy = HookedProxy.before(
                database, QueryHook.session(session -> Verdict.of(Terms.setting("app.tenant", session.user()))));
        client = proxy.client();

        assertThat(simple(NONE)).isEqualTo("D[" + database.user() + "]");
        assertThat(ask(client, "set app.tenant = 'x'")).isEqualTo("E(42501) ZI");
        assertThat(extended("discard all")).isEmpty();
        assertThat(extended(NONE)).isEqualTo("D[" + database.user() + "]");
    }

    /**
     * Names are looked up by them when a statement is prepared, and the rollback in front of it has taken them back.
     */
    @Test
    void ofASessionForWhatIsPreparedBehindARollback() throws Exception {
        client.close();
        proxy.close();
        database.execute("create schema if not exists mine; create table if not exists mine.own (a int)");
        proxy = HookedProxy.before(
                database, QueryHook.session(session -> Verdict.of(Terms.setting("search_path", "mine"))));
        client = proxy.client();

        for (String spoil : new String[] {"select 1/0", "select 1"}) {
            assertThat(ask(client, "begin")).isEqualTo("C(BEGIN) ZT");
            ask(client, spoil);
            assertThat(ask(
                            client,
                            parse("", "rollback"),
                            bind("", ""),
                            execute(),
                            parse("", "select count(*) from own"),
                            bind("", ""),
                            execute(),
                            sync()))
                    .as(spoil)
                    .isEqualTo("1 2 C(ROLLBACK) 1 2 D[0] C(SELECT 1) ZI");
        }
        assertThat(simple("select count(*) from own")).isEqualTo("D[0]");
        ask(client, "begin");
        assertThat(ask(client, "select 1/0")).isEqualTo("E(22012) ZE");
        assertThat(ask(client, parse("", "select 1"), bind("", ""), execute(), sync()))
                .isEqualTo("E(25P02) ZE");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
    }
}
