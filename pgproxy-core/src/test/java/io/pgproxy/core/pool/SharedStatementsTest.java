package io.pgproxy.core.pool;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Relay;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two clients on one connection, each with what it has prepared, by whatever name, and with its start-up options. */
@WithPostgres
class SharedStatementsTest {
    private Relay relay;
    private PooledClient one;
    private PooledClient two;

    @BeforeEach
    void start(TestDatabase database) throws Exception {
        relay = Relay.pooled(database, PoolSettings.transaction(1));
        one = PooledClient.at(relay.port(), database);
        two = PooledClient.at(relay.port(), database);
    }

    @AfterEach
    void stop() throws Exception {
        one.close();
        two.close();
        relay.close();
    }

    @Test
    void oneNameForTwoTexts() throws Exception {
        for (String name : List.of("s", "")) {
            one.wire().send(parse(name, "select 'one'"), sync());
            one.wire().expect("1Z");
            two.wire().send(parse(name, "select 'two', $1::int"), sync());
            two.wire().expect("1Z");
            for (int i = 0; i < 2; i++) {
                one.wire().send(describeStatement(name), bind("", name), execute(), sync());
                assertThat(one.hear().rows()).isEqualTo(List.of(List.of("one")));
                two.wire().send(bind("", name, "2"), execute(), sync());
                assertThat(two.hear().rows()).isEqualTo(List.of(List.of("two", "2")));
            }
        }
        one.wire().send(closeStatement("s"), sync());
        one.wire().expect("3Z");
        one.wire().send(bind("", "s"), execute(), sync());
        assertThat(one.hear().error())
                .isNotNull()
                .extracting(WireMessage::sqlState)
                .isEqualTo("26000");
        two.wire().send(bind("", "s", "3"), execute(), sync());
        assertThat(two.hear().rows()).isEqualTo(List.of(List.of("two", "3")));
    }

    @Test
    void oneNameForTwoOfSql() throws Exception {
        one.rows("prepare p as select 'one'");
        two.rows("prepare p(int) as select 'two', $1");
        for (int i = 0; i < 2; i++) {
            assertThat(one.shown("execute p")).isEqualTo("[[one]]");
            assertThat(two.shown("execute p(2)")).isEqualTo("[[two, 2]]");
        }
        assertThat(one.refused("prepare p as select 3").sqlState()).isEqualTo("42P05");
        one.rows("deallocate p");
        assertThat(one.refused("execute p").sqlState()).isEqualTo("26000");
        assertThat(two.shown("execute p(3)")).isEqualTo("[[two, 3]]");
    }

    /** However the view is spelled. */
    @Test
    void namesInEscapesShowNobodyElsesStatements() throws Exception {
        one.rows("prepare p as select 'secret'");
        assertThat(two.rows("select statement from U&\"pg_pre\\0070ared_statements\""))
                .isEmpty();
    }

    @Test
    void eachSeesItsOwnAndForgetsItsOwn() throws Exception {
        String list = "select string_agg(name, ',' order by name) from pg_prepared_statements";
        one.rows("prepare a as select 1");
        one.wire().send(parse("b", "select 2"), sync());
        one.wire().expect("1Z");
        two.rows("prepare c as select 3");
        assertThat(one.value(list)).isEqualTo("a,b");
        assertThat(two.value(list)).isEqualTo("c");
        one.rows("deallocate all");
        assertThat(one.value(list)).isEqualTo("null");
        assertThat(two.shown("execute c")).isEqualTo("[[3]]");
        one.rows("prepare c as select 4");
        one.rows("discard all");
        assertThat(one.refused("execute c").sqlState()).isEqualTo("26000");
        assertThat(two.shown("execute c")).isEqualTo("[[3]]");
        assertThat(two.value(list)).isEqualTo("c");
    }

    @Test
    void whatIsBroughtIsPreparedInTheClientsOrder() throws Exception {
        one.rows("prepare c as select 1");
        one.wire().send(parse("a", "select 2"), sync());
        one.wire().expect("1Z");
        one.rows("prepare b as select 3");
        two.rows("prepare b as select 4");
        two.rows("prepare c as select 5");
        assertThat(one.value("select string_agg(name, ',' order by prepare_time) from pg_prepared_statements"))
                .isEqualTo("c,a,b");
    }

    @Test
    void whatFunctionsExecuteIsTheClientsOwn() throws Exception {
        String run = "select run_text('execute p')";
        one.rows("create function run_text(statement text) returns text language plpgsql as"
                + " $$declare r text; begin execute statement into r; return r; end$$");
        one.rows("prepare p as select 'one'");
        assertThat(two.refused(run).sqlState()).isEqualTo("26000");
        assertThat(one.value(run)).isEqualTo("one");
        two.rows("prepare p as select 'two'");
        assertThat(one.value(run)).isEqualTo("one");
        two.wire().send(parse("", run), bind("", ""), execute(), sync());
        assertThat(two.hear().rows()).isEqualTo(List.of(List.of("two")));
        one.wire().send(parse("f", run), bind("", "f"), execute(), sync());
        assertThat(one.hear().rows()).isEqualTo(List.of(List.of("one")));
        two.rows("deallocate p");
        assertThat(two.refused("do $$begin execute 'execute p'; end$$").sqlState())
                .isEqualTo("26000");
        one.rows("do $$begin execute 'execute p'; end$$");
    }

    @Test
    void soItIsIfTheyAreCalledByMessage() throws Exception {
        one.rows("create function run_it(statement text) returns text language plpgsql as"
                + " $$declare r text; begin execute statement into r; return r; end$$");
        int function = Integer.parseInt(one.value("select 'run_it'::regproc::oid"));
        one.rows("prepare p as select 'one'");
        two.rows("prepare p as select 'two'");
        one.wire().send(functionCall(function, "execute p"));
        assertThat(one.wire().expect("VZ").get(0).body()).endsWith("one".getBytes(StandardCharsets.UTF_8));
        two.rows("deallocate p");
        two.wire().send(functionCall(function, "execute p"));
        assertThat(two.wire().expect("EZ").get(0).sqlState()).isEqualTo("26000");
    }

    @Test
    void whoLeavesLeavesNoName(TestDatabase database) throws Exception {
        for (int i = 0; i < 2; i++) {
            try (PooledClient client = PooledClient.at(relay.port(), database)) {
                client.rows("prepare p as select 1");
                client.wire().send(parse("s", "select 2"), sync());
                client.wire().expect("1Z");
                if (i == 0) {
                    client.leave();
                } else {
                    client.wire().reset();
                }
            }
            assertThat(one.refused("execute p").sqlState()).isEqualTo("26000");
            one.wire().send(bind("", "s"), execute(), sync());
            assertThat(one.hear().error())
                    .isNotNull()
                    .extracting(WireMessage::sqlState)
                    .isEqualTo("26000");
        }
    }

    @Test
    void startUpOptionsAreWhatResetGoesBackTo(TestDatabase database) throws Exception {
        String before = one.value("show work_mem");
        for (String memory : List.of("1234kB", "2345kB")) {
            Map<String, String> options = Map.of("options", "-c work_mem=" + memory, "TimeZone", "Asia/Kathmandu");
            try (PooledClient client = PooledClient.at(relay.port(), database, options)) {
                client.rows("set work_mem = '4MB'; set timezone = 'UTC'");
                assertThat(one.value("show work_mem")).isEqualTo(before);
                assertThat(client.value("show work_mem")).isEqualTo("4MB");
                client.assertToldTheTruth();
                client.rows("reset all");
                assertThat(one.value("show work_mem")).isEqualTo(before);
                assertThat(client.value("show work_mem")).isEqualTo(memory);
                assertThat(client.value("show timezone")).isEqualTo("Asia/Kathmandu");
                client.assertToldTheTruth();
            }
        }
    }

    /** Nobody is told what a sequence gave to another. */
    @Test
    void sequencesTellNobodyElse(TestDatabase database) throws Exception {
        database.execute("drop sequence if exists q; create sequence q");
        one.rows("begin");
        one.rows("select nextval('q')");
        assertThat(one.value("select currval('q')") + one.value("select lastval()"))
                .isEqualTo("11");
        one.rows("commit");
        assertThat(two.refused("select currval('q')").sqlState()).isEqualTo("55000");
        assertThat(two.refused("select lastval()").sqlState()).isEqualTo("55000");
        assertThat(two.value("select nextval('q')")).isEqualTo("2");
        assertThat(one.refused("select currval('q')").sqlState()).isEqualTo("55000");
        assertThat(one.value("select nextval('q')")).isEqualTo("3");
        assertThat(one.value("select currval('q')")).isEqualTo("3");
    }

    @Test
    void largeObjectsEndWithTheirTransaction() throws Exception {
        String loid = one.value("select lo_from_bytea(0, 'one')");
        one.rows("begin");
        String descriptor = one.value("select lo_open(" + loid + ", 262144)");
        assertThat(one.value("select convert_from(loread(" + descriptor + ", 9), 'UTF8')"))
                .isEqualTo("one");
        one.rows("commit");
        assertThat(two.refused("select loread(" + descriptor + ", 9)").sqlState())
                .isEqualTo("42704");
        assertThat(one.refused("select loread(" + descriptor + ", 9)").sqlState())
                .isEqualTo("42704");
        assertThat(two.value("select lo_unlink(" + loid + ")")).isEqualTo("1");
    }

    /** The role is another session's to drop: who had it cannot go on as somebody else. */
    @Test
    void aRoleThatIsDroppedEndsWhoHadIt(TestDatabase database) throws Exception {
        database.execute("drop role if exists pool_passing; create role pool_passing");
        one.rows("set role pool_passing");
        assertThat(two.value("select current_user")).isEqualTo(database.user());
        database.execute("drop role pool_passing");
        one.wire().send(query("select current_user"));
        List<WireMessage> last = one.wire().readUntilReady();
        assertThat(WireMessage.tags(last)).isEqualTo("E!");
        assertThat(last.get(0).sqlState()).isEqualTo("22023");
        assertThat(last.get(0).severity()).isEqualTo("FATAL");
        assertThat(last.get(0).field('H')).contains("Connect again");
        assertThat(two.value("select current_user")).isEqualTo(database.user());
    }

    /** What is prepared to be committed is the server's, and anybody's who may. */
    @Test
    void preparedTransactionsAreNobodys(@WithPostgres(settings = "max_prepared_transactions=2") TestDatabase able)
            throws Exception {
        able.execute("drop table if exists t; create table t (a int)");
        try (Relay other = Relay.pooled(able, PoolSettings.transaction(1));
                PooledClient client = PooledClient.at(other.port(), able);
                PooledClient next = PooledClient.at(other.port(), able)) {
            client.rows("begin; insert into t values (1); prepare transaction 'x'");
            assertThat(next.shown("select a from t")).isEqualTo("[]");
            next.rows("commit prepared 'x'");
            assertThat(client.shown("select a from t")).isEqualTo("[[1]]");
        }
    }
}
