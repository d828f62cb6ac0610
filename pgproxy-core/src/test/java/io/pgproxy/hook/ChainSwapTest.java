package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.protocol.Column;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hooks are exchanged between two exchanges of a session, and what was prepared before meets the new ones. */
@WithPostgres
class ChainSwapTest {
    private static final Attribute<String> WORD = Attribute.named("word");
    private static final String SQL = "select 'word' as a";

    private final TestDatabase database;
    private HookedProxy proxy;
    private ScriptedClient client;

    ChainSwapTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        proxy = HookedProxy.before(database, rewriting("first"));
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    private static RewriteHook rewriting(String word) {
        return statement -> statement.sql().contains("'word'")
                ? Verdict.of(statement.sql().replace("'word'", "'" + word + "'"))
                : Verdict.proceed();
    }

    private void swap(QueryHook hook) {
        HookChain chain = HookChain.builder().hook("next", hook).build();
        proxy.server().hooks(chain);
        assertThat(proxy.server().hooks()).isSameAs(chain);
    }

    private String run(String name) throws Exception {
        return ask(client, bind("", name), execute(), sync());
    }

    @Test
    void aPreparedStatementIsRewrittenAnew() throws Exception {
        assertThat(ask(client, parse("s", SQL), bind("", "s"), execute(), sync()))
                .isEqualTo("1 2 D[first] C(SELECT 1) ZI");
        swap(rewriting("second"));

        assertThat(run("s")).isEqualTo("2 D[second] C(SELECT 1) ZI");
        assertThat(run("s")).isEqualTo("2 D[second] C(SELECT 1) ZI");
        assertThat(ask(client, SQL)).isEqualTo("T[a] D[second] C(SELECT 1) ZI");

        proxy.server()
                .hooks(HookChain.builder()
                        .hook("none", QueryHook.admit(run -> Verdict.proceed()))
                        .build());
        assertThat(run("s")).isEqualTo("2 D[word] C(SELECT 1) ZI");
    }

    @Test
    void aPreparedStatementIsRefusedByNewHooks() throws Exception {
        assertThat(ask(client, parse("s", SQL), parse("t", "select 1"), sync())).isEqualTo("1 1 ZI");
        swap(QueryHook.answer(statement ->
                statement.sql().contains("word") ? Verdict.reject("42501", "no more") : Verdict.proceed()));

        assertThat(run("s")).isEqualTo("E(42501) ZI");
        assertThat(run("t")).isEqualTo("2 D[1] C(SELECT 1) ZI");
        assertThat(ask(client, SQL)).isEqualTo("E(42501) ZI");
        assertThat(ask(client, "begin")).isEqualTo("C(BEGIN) ZT");
        assertThat(run("s")).isEqualTo("E(42501) ZE");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
        swap(rewriting("third"));
        assertThat(run("s")).isEqualTo("2 D[third] C(SELECT 1) ZI");
    }

    @Test
    void aStatementThatTheProxyAnsweredIsNoLongerTheSame() throws Exception {
        assertThat(ask(client, parse("s", SQL), sync())).isEqualTo("1 ZI");
        List<Column> columns = List.of(Column.text("own"));
        swap(QueryHook.answer(statement -> Verdict.of(
                new Answer(columns, run -> Verdict.of(Reply.of(columns).row("own"))))));

        assertThat(run("s")).isEqualTo("E(0A000) ZI");
        assertThat(ask(client, parse("own", SQL), bind("", "own"), execute(), sync()))
                .isEqualTo("1 2 D[own] C(SELECT 1) ZI");
        swap(rewriting("second"));
        assertThat(run("own")).isEqualTo("E(0A000) ZI");
        assertThat(run("s")).isEqualTo("2 D[second] C(SELECT 1) ZI");
    }

    @Test
    void otherColumnsAreAnErrorAsOfAPlanThatChanged() throws Exception {
        assertThat(ask(client, parse("s", SQL), parse("t", "select 1 as b"), sync()))
                .isEqualTo("1 1 ZI");
        swap(QueryHook.rewrite(statement ->
                statement.sql().contains("word") ? Verdict.of("select 1 as a, 2 as more") : Verdict.proceed()));

        for (int i = 0; i < 2; i++) {
            assertThat(run("s")).isEqualTo("E(0A000) ZI");
        }
        assertThat(run("t")).isEqualTo("2 D[1] C(SELECT 1) ZI");
        assertThat(ask(client, "begin")).isEqualTo("C(BEGIN) ZT");
        assertThat(run("s")).isEqualTo("E(0A000) ZE");
        assertThat(ask(client, "rollback")).isEqualTo("C(ROLLBACK) ZI");
        assertThat(ask(client, parse("u", SQL), bind("", "u"), execute(), sync()))
                .isEqualTo("1 2 D[1, 2] C(SELECT 1) ZI");
        swap(rewriting("back"));
        assertThat(run("s")).isEqualTo("2 D[back] C(SELECT 1) ZI");
    }

    @Test
    void aTextThatTheServerDoesNotUnderstandIsItsError() throws Exception {
        assertThat(ask(client, parse("s", SQL), sync())).isEqualTo("1 ZI");
        swap(QueryHook.rewrite(
                statement -> statement.sql().contains("word") ? Verdict.of("select nonsense") : Verdict.proceed()));

        assertThat(run("s")).isEqualTo("E(42703) ZI");
        assertThat(ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        swap(rewriting("back"));
        assertThat(run("s")).isEqualTo("2 D[back] C(SELECT 1) ZI");
    }

    @Test
    void otherColumnsOfATransformAreAnErrorToo() throws Exception {
        assertThat(ask(client, parse("s", SQL), bind("", "s"), execute(), sync()))
                .isEqualTo("1 2 D[first] C(SELECT 1) ZI");
        swap(QueryHook.all(rewriting("second"), QueryHook.transform((statement, columns) -> new RowTransform() {
            @Override
            public RowMapper open(Execution execution) {
                return row -> {};
            }

            @Override
            public List<Column> columns(List<Column> in) {
                return List.of(Column.text("renamed"));
            }
        })));
        assertThat(run("s")).isEqualTo("E(0A000) ZI");
        swap(rewriting("third"));
        assertThat(run("s")).isEqualTo("2 D[third] C(SELECT 1) ZI");
    }

    @Test
    void otherColumnsOfAnOwnAnswerAreAnErrorToo() throws Exception {
        swap(own(Column.text("own")));
        assertThat(ask(client, parse("s", SQL), bind("", "s"), execute(), sync()))
                .isEqualTo("1 2 D[own] C(SELECT 1) ZI");
        swap(own(Column.text("other")));
        assertThat(run("s")).isEqualTo("E(0A000) ZI");
        swap(own(Column.text("own")));
        assertThat(run("s")).isEqualTo("2 D[own] C(SELECT 1) ZI");
    }

    private static AnswerHook own(Column column) {
        List<Column> columns = List.of(column);
        return statement -> Verdict.of(
                new Answer(columns, run -> Verdict.of(Reply.of(columns).row(column.name()))));
    }

    @Test
    void aNewMaskIsInForceForWhatWasDescribedBefore() throws Exception {
        assertThat(ask(client, parse("s", SQL), describeStatement("s"), bind("", "s"), execute(), sync()))
                .isEqualTo("1 t T[a] 2 D[first] C(SELECT 1) ZI");
        swap(QueryHook.transform((statement, columns) -> RowTransform.each(row -> row.set(0, "masked"))));

        assertThat(run("s")).isEqualTo("2 D[masked] C(SELECT 1) ZI");
        assertThat(ask(client, describeStatement("s"), bind("", "s"), describePortal(""), execute(), sync()))
                .isEqualTo("t T[a] 2 T[a] D[masked] C(SELECT 1) ZI");
    }

    @Test
    void anOpenTransactionGoesOn() throws Exception {
        assertThat(ask(client, "begin")).isEqualTo("C(BEGIN) ZT");
        assertThat(ask(client, parse("s", SQL), bind("p", "s"), execute("p", 1), sync()))
                .isEqualTo("1 2 D[first] s ZT");
        swap(rewriting("second"));

        assertThat(ask(client, execute("p", 1), sync())).isEqualTo("C(SELECT 0) ZT");
        assertThat(run("s")).isEqualTo("2 D[second] C(SELECT 1) ZT");
        assertThat(ask(client, "commit")).isEqualTo("C(COMMIT) ZI");
    }

    @Test
    void preparedBySqlToo() throws Exception {
        assertThat(ask(client, "prepare s as select 'refused' as a")).isEqualTo("C(PREPARE) ZI");
        swap(QueryHook.answer(statement ->
                statement.sql().contains("refused") ? Verdict.reject("42501", "no more") : Verdict.proceed()));

        assertThat(run("s")).isEqualTo("E(42501) ZI");
    }

    @Test
    void aSessionThatBeganWithoutHooksStaysWithout() throws Exception {
        try (HookedProxy bare = HookedProxy.before(database, HookChain.EMPTY);
                ScriptedClient early = bare.client()) {
            bare.server()
                    .hooks(HookChain.builder().hook("later", rewriting("later")).build());

            assertThat(ask(early, SQL)).isEqualTo("T[a] D[word] C(SELECT 1) ZI");
            try (ScriptedClient late = bare.client()) {
                assertThat(ask(late, SQL)).isEqualTo("T[a] D[later] C(SELECT 1) ZI");
            }
        }
    }

    @Test
    void statementsAreRenewedWhenASessionWantsThem() throws Exception {
        swap(QueryHook.all(
                QueryHook.rewrite(statement -> {
                    String word = statement.session().get(WORD);
                    return word == null
                            ? Verdict.proceed()
                            : Verdict.of(statement.sql().replace("'word'", "'" + word + "'"));
                }),
                QueryHook.admit(execution -> {
                    if (execution.statement().sql().contains("change")) {
                        execution.session().set(WORD, "changed");
                        execution.session().renewStatements();
                    }
                    return Verdict.proceed();
                })));
        assertThat(ask(client, parse("s", SQL), bind("", "s"), execute(), sync()))
                .isEqualTo("1 2 D[word] C(SELECT 1) ZI");

        assertThat(ask(client, "select 'change'")).endsWith("ZI");

        assertThat(run("s")).isEqualTo("2 D[changed] C(SELECT 1) ZI");
    }
}
