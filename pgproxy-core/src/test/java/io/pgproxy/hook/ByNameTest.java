package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.closePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.closeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.copyDone;
import static io.pgproxy.testkit.peer.FrontendBytes.copyFail;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.protocol.Column;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hooks know what a name stands for, as the server does. */
@WithPostgres
class ByNameTest {
    private final TestDatabase database;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private HookedProxy proxy;
    private ScriptedClient client;

    ByNameTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute("drop table if exists t; create table t (a int, secret text);"
                + "insert into t values (1, 'x'), (2, 'y'), (3, 'z');"
                + "create or replace function to_off() returns text language sql as"
                + " $$select set_config('standard_conforming_strings', 'off', false)$$");
        proxy = HookedProxy.before(
                database,
                HookChain.builder()
                        .hook("admit", QueryHook.admit(execution -> {
                            seen.add(execution.statement().facts().access() + " "
                                    + execution.statement().sql());
                            return execution.statement().facts().access().name().equals("WRITE")
                                            && execution.statement().sql().contains("forbidden")
                                    ? Verdict.reject("42501", "no")
                                    : Verdict.proceed();
                        }))
                        .hook("mask", QueryHook.transform(ByNameTest::mask))
                        .hook(
                                "watch",
                                QueryHook.observe(
                                        (execution, outcome) -> seen.add(outcome.status() + " " + outcome.rows() + " "
                                                + execution.statement().sql())))
                        .build());
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    private static RowTransform mask(Statement statement, List<Column> columns) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals("secret")) {
                int at = i;
                return RowTransform.each(row -> row.set(at, "*"));
            }
        }
        return RowTransform.NONE;
    }

    private List<String> told() throws Exception {
        ask(client, "select 'told'");
        List<String> told = seen.stream().filter(one -> !one.contains("'told'")).toList();
        seen.clear();
        return told;
    }

    @Test
    void theUnnamedStatementIsGoneOnceAnotherWasRefused() throws Exception {
        try (HookedProxy refusing = HookedProxy.before(
                        database,
                        QueryHook.answer(statement -> statement.sql().contains("refused")
                                ? Verdict.reject("42501", "no")
                                : Verdict.proceed()));
                ScriptedClient other = refusing.client()) {
            assertThat(ask(other, parse("", "select 1"), sync())).isEqualTo("1 ZI");
            assertThat(ask(other, parse("", "select 'refused'"), sync())).isEqualTo("E(42501) ZI");
            assertThat(ask(other, bind("", ""), execute(), sync())).isEqualTo("E(26000) ZI");
            assertThat(ask(other, parse("", "select 1"), sync())).isEqualTo("1 ZI");
            assertThat(ask(other, parse("", "select 1; select 2"), sync())).isEqualTo("E(42601) ZI");
            assertThat(ask(other, bind("", ""), execute(), sync())).isEqualTo("E(26000) ZI");
        }
    }

    @Test
    void statementsThatSqlHasPrepared() throws Exception {
        assertThat(ask(client, "prepare r as select secret from t where a = $1"))
                .isEqualTo("C(PREPARE) ZI");
        assertThat(ask(client, "prepare w(int) as delete from t where a = $1")).isEqualTo("C(PREPARE) ZI");
        told();

        assertThat(ask(client, "execute r(1)")).isEqualTo("T[secret] D[*] C(SELECT 1) ZI");
        assertThat(ask(client, bind("", "r", "2"), execute(), sync())).isEqualTo("2 D[*] C(SELECT 1) ZI");
        assertThat(ask(client, parse("e", "execute r(3)"), bind("", "e"), execute(), sync()))
                .isEqualTo("1 2 D[*] C(SELECT 1) ZI");
        assertThat(ask(client, "execute w(1)")).isEqualTo("C(DELETE 1) ZI");
        assertThat(ask(client, "explain (costs off) execute r(1)")).startsWith("T[QUERY PLAN] D[");
        assertThat(ask(client, bind("", "w", "2"), execute(), sync())).isEqualTo("2 C(DELETE 1) ZI");
        assertThat(told())
                .contains("READ execute r(1)", "SUCCEEDED 1 execute r(1)", "READ execute r(3)", "WRITE execute w(1)");
        assertThat(ask(client, "execute w(3 /* forbidden */)")).isEqualTo("E(42501) ZI");
        assertThat(database.query("select a from t")).containsExactly(List.of("3"));
    }

    @Test
    void theirEndIsSeen() throws Exception {
        ask(client, "prepare p as select 1");
        assertThat(ask(client, "deallocate p")).isEqualTo("C(DEALLOCATE) ZI");
        assertThat(ask(client, bind("", "p"), sync())).isEqualTo("E(26000) ZI");
        assertThat(ask(client, "execute p")).isEqualTo("E(26000) ZI");
        ask(client, "prepare p as select secret from t where a = 1");
        assertThat(ask(client, bind("", "p"), execute(), sync())).isEqualTo("2 D[*] C(SELECT 1) ZI");
        for (String all : new String[] {"deallocate all", "discard all"}) {
            ask(client, parse("q", "select 1"), sync());
            ask(client, all);
            assertThat(ask(client, bind("", "q"), sync())).as(all).isEqualTo("E(26000) ZI");
        }
        ask(client, parse("q", "select 1"), sync());
        assertThat(ask(client, "begin; deallocate q; rollback")).endsWith("ZI");
        assertThat(ask(client, bind("", "q"), sync())).isEqualTo("E(26000) ZI");
    }

    @Test
    void cursors() throws Exception {
        ask(client, "begin");
        assertThat(ask(client, "declare c scroll cursor for select secret from t"))
                .isEqualTo("C(DECLARE CURSOR) ZT");
        assertThat(ask(client, "move 1 in c")).isEqualTo("C(MOVE 1) ZT");
        assertThat(ask(client, "fetch prior from c")).isEqualTo("T[secret] C(FETCH 0) ZT");
        assertThat(ask(client, "fetch next in c")).isEqualTo("T[secret] D[*] C(FETCH 1) ZT");
        assertThat(ask(client, execute("c", 1), sync())).isEqualTo("D[*] s ZT");
        assertThat(told()).contains("READ fetch next in c", "READ move 1 in c");
        assertThat(ask(client, "close c")).isEqualTo("C(CLOSE CURSOR) ZT");
        assertThat(ask(client, execute("c", 1), sync())).isEqualTo("E(34000) ZE");
        ask(client, "rollback");
        ask(client, "begin");
        ask(client, "declare h cursor with hold for select secret from t");
        ask(client, "declare g cursor for select secret from t");
        assertThat(ask(client, "commit")).isEqualTo("C(COMMIT) ZI");
        assertThat(ask(client, execute("h", 1), sync())).isEqualTo("D[*] s ZI");
        assertThat(ask(client, execute("g", 1), sync())).isEqualTo("E(34000) ZI");
        assertThat(ask(client, closePortal("h"), execute("h", 1), sync())).isEqualTo("3 E(34000) ZI");
    }

    @Test
    void aNameThatIsTakenKeepsWhatItStandsFor() throws Exception {
        ask(client, parse("s", "select secret from t where a = 1"), sync());
        assertThat(ask(client, parse("s", "select a from t where a = 1"), sync()))
                .isEqualTo("E(42P05) ZI");
        assertThat(ask(client, bind("", "s"), execute(), sync())).isEqualTo("2 D[*] C(SELECT 1) ZI");
        client.send(parse("s", "select a from t where a = 1"), sync(), bind("", "s"), execute(), sync());
        assertThat(Told.next(client)).isEqualTo("E(42P05) ZI");
        assertThat(Told.next(client)).isEqualTo("2 D[*] C(SELECT 1) ZI");
        ask(client, "prepare s2 as select secret from t where a = 1");
        assertThat(ask(client, "prepare s2 as select a from t")).isEqualTo("E(42P05) ZI");
        assertThat(ask(client, bind("", "s2"), execute(), sync())).isEqualTo("2 D[*] C(SELECT 1) ZI");
    }

    @Test
    void aCloseThatIsSkippedClosesNothing() throws Exception {
        ask(client, parse("s", "select secret from t where a = 1"), sync());
        assertThat(ask(client, parse("", "no sql"), closeStatement("s"), parse("s", "select 1"), sync()))
                .isEqualTo("E(42601) ZI");
        assertThat(ask(client, bind("", "s"), execute(), sync())).isEqualTo("2 D[*] C(SELECT 1) ZI");
    }

    @Test
    void namesArePipelined() throws Exception {
        client.send(
                parse("s", "select secret from t where a = $1"),
                sync(),
                bind("", "s", "1"),
                execute(),
                sync(),
                closeStatement("s"),
                parse("s", "select a from t where a = $1"),
                bind("", "s", "2"),
                execute(),
                sync(),
                query("prepare q as select secret from t where a = 3"),
                query("execute q"),
                bind("", "q"),
                execute(),
                sync(),
                query("deallocate q"),
                query("prepare q as select a from t where a = 3"),
                query("execute q"));
        assertThat(Told.next(client)).isEqualTo("1 ZI");
        assertThat(Told.next(client)).isEqualTo("2 D[*] C(SELECT 1) ZI");
        assertThat(Told.next(client)).isEqualTo("3 1 2 D[2] C(SELECT 1) ZI");
        assertThat(Told.next(client)).isEqualTo("C(PREPARE) ZI");
        assertThat(Told.next(client)).isEqualTo("T[secret] D[*] C(SELECT 1) ZI");
        assertThat(Told.next(client)).isEqualTo("2 D[*] C(SELECT 1) ZI");
        assertThat(Told.next(client)).isEqualTo("C(DEALLOCATE) ZI");
        assertThat(Told.next(client)).isEqualTo("C(PREPARE) ZI");
        assertThat(Told.next(client)).isEqualTo("T[a] D[3] C(SELECT 1) ZI");
    }

    @Test
    void howSqlIsReadCannotBeChanged() throws Exception {
        for (String sql : new String[] {
            "set client_encoding to latin1",
            "set names 'LATIN1'",
            "set standard_conforming_strings to off",
            "set local standard_conforming_strings = false",
            "select set_config('standard_conforming_strings', 'off', false)"
        }) {
            assertThat(ask(client, sql)).as(sql).containsPattern("E\\(0A000\\) (ZI|!)$");
            client.close();
            client = proxy.client();
        }
        assertThat(ask(client, "set client_encoding to 'utf-8'")).isEqualTo("C(SET) ZI");
        assertThat(ask(client, "set standard_conforming_strings to on")).isEqualTo("C(SET) ZI");
    }

    @Test
    void nothingIsReadBehindAFunctionThatMayHaveChangedIt() throws Exception {
        client.send(query("select to_off()"), query("select '\\' as a /* ' , secret from t -- */"));
        String first = Told.next(client);

        assertThat(first).contains("E(").endsWith("!");
        client.close();
        client = proxy.client();
        // Within a batch the server reports nothing: the setting is put back in front of the next text.
        String batch = ask(
                client,
                parse("", "select to_off()"),
                bind("", ""),
                execute(),
                parse("", "select '\\' as a /* ' , secret from t -- */"),
                bind("", ""),
                execute(),
                sync());
        assertThat(batch).isEqualTo("1 2 D[off] C(SELECT 1) 1 2 D[\\] C(SELECT 1) ZI");
        assertThat(ask(client, parse("", "select to_off()"), bind("", ""), execute(), query("select '\\' as a")))
                .startsWith("1 2 D[off] C(SELECT 1) T[a] D[\\] C(SELECT 1) Z");
        assertThat(ask(client, "show standard_conforming_strings")).contains("D[on]");
    }

    @Test
    void nothingIsReadBehindACommitThatRunsWhatMayHaveChangedIt() throws Exception {
        ask(client, "begin");
        ask(client, "declare c cursor with hold for select to_off()");
        client.send(query("commit"), query("select '\\' as a /* ' , secret from t -- */"));
        assertThat(Told.next(client)).startsWith("C(COMMIT) E(").endsWith("!");
        client.close();
        client = proxy.client();

        ask(client, "begin");
        ask(client, "declare c cursor with hold for select to_off()");
        String batch = ask(
                client,
                parse("", "commit"),
                bind("", ""),
                execute(),
                parse("", "select '\\' as a /* ' , secret from t -- */"),
                bind("", ""),
                execute(),
                sync());
        assertThat(batch).isEqualTo("1 2 C(COMMIT) 1 2 D[\\] C(SELECT 1) ZI");
    }

    @Test
    void aLongNameIsTheOneThatTheServerCutsItTo() throws Exception {
        String cut = "n".repeat(63);
        ask(client, parse(cut, "select 1"), sync());
        ask(client, closeStatement(cut + "b"), parse(cut + "a", "delete from t"), sync());
        assertThat(ask(client, "execute " + cut)).isEqualTo("C(DELETE 3) ZI");
        assertThat(told()).contains("WRITE execute " + cut);
        ask(client, "begin");
        ask(client, parse("", "select 1"), bind(cut, ""), closePortal(cut + "b"), sync());
        assertThat(ask(client, execute(cut, 0), sync())).isEqualTo("E(34000) ZE");
    }

    @Test
    void functionCalls() throws Exception {
        assertThat(ask(client, functionCall(1344, "16"))).isEqualTo("V ZI"); // sqrt
        assertThat(ask(client, functionCall(1, "16"))).startsWith("E(").endsWith(" ZI");
        assertThat(told()).containsExactly("UNKNOWN ", "SUCCEEDED 0 ", "UNKNOWN ", "FAILED 0 ");
    }

    @Test
    void copyHasItsRowsInTheOutcome() throws Exception {
        assertThat(ask(client, "copy t from stdin")).isEqualTo("G");
        assertThat(ask(client, copyData("7\tseven\n8\teight\n"), copyDone())).isEqualTo("C(COPY 2) ZI");
        assertThat(ask(client, "copy t from stdin")).isEqualTo("G");
        assertThat(ask(client, copyData("9\tnine\n"), copyFail("no"))).isEqualTo("E(57014) ZI");
        assertThat(told())
                .containsExactly(
                        "WRITE copy t from stdin",
                        "SUCCEEDED 2 copy t from stdin",
                        "WRITE copy t from stdin",
                        "FAILED 0 copy t from stdin");
        assertThat(database.query("select count(*) from t").get(0).get(0)).isEqualTo("5");
    }
}
