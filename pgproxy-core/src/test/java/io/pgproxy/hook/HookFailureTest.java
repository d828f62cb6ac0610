package io.pgproxy.hook;

import static io.pgproxy.hook.Asked.answer;
import static io.pgproxy.hook.Asked.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.pgproxy.protocol.Column;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Hooks that go wrong: who protects fails closed, who speeds up or watches fails open, and the session goes on. */
@WithPostgres
class HookFailureTest {
    private static final String MARKED = "select 'marked'";
    private static final String SERVED = "T, D [other], C, Z I";

    private final TestDatabase database;

    HookFailureTest(TestDatabase database) {
        this.database = database;
    }

    private static boolean isMarked(Statement statement) {
        return statement.sql().contains("marked");
    }

    private static <T> T failing(Statement statement, T otherwise) {
        if (isMarked(statement)) {
            throw new IllegalStateException("a hook that fails, with a value in its text");
        }
        return otherwise;
    }

    @SuppressWarnings("NullAway") // what hooks must not do
    private static <T> T nothing(Statement statement, T otherwise) {
        return isMarked(statement) ? null : otherwise;
    }

    private static Statement marked(Exchange exchange) {
        List<Statement> statements = exchange.statements();
        return statements.stream().filter(HookFailureTest::isMarked).findFirst().orElse(statements.get(0));
    }

    static Stream<Arguments> protecting() {
        return Stream.of(
                arguments("classify throws", QueryHook.classify((statement, known) -> failing(statement, known))),
                arguments("answer throws", QueryHook.answer(statement -> failing(statement, Verdict.proceed()))),
                arguments("rewrite throws", QueryHook.rewrite(statement -> failing(statement, Verdict.proceed()))),
                arguments("admit throws", QueryHook.admit(run -> failing(run.statement(), Verdict.proceed()))),
                arguments("route throws", QueryHook.route(exchange -> failing(marked(exchange), Verdict.proceed()))),
                arguments(
                        "transform throws",
                        QueryHook.transform((statement, columns) -> failing(statement, RowTransform.NONE))),
                arguments("classify gives null", QueryHook.classify((statement, known) -> nothing(statement, known))),
                arguments("answer gives null", QueryHook.answer(statement -> nothing(statement, Verdict.proceed()))),
                arguments("rewrite gives null", QueryHook.rewrite(statement -> nothing(statement, Verdict.proceed()))),
                arguments("admit gives null", QueryHook.admit(run -> nothing(run.statement(), Verdict.proceed()))),
                arguments(
                        "transform gives null",
                        QueryHook.transform((statement, columns) -> nothing(statement, RowTransform.NONE))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("protecting")
    void whoProtectsFailsClosed(String name, QueryHook hook) throws Exception {
        try (HookedProxy proxy = HookedProxy.before(database, hook);
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, MARKED)).endsWith("E 58000, Z I").doesNotContain("D ");
            assertThat(ask(client, "begin; " + MARKED + "; commit")).endsWith("E 58000, Z I");
            assertThat(ask(client, "rollback")).endsWith("Z I");

            client.send(parse("", MARKED), bind("", ""), execute(), sync());
            assertThat(answer(client)).endsWith("E 58000, Z I").doesNotContain("D ");
            assertThat(ask(client, "select 'other'")).isEqualTo(SERVED);
        }
    }

    @Test
    void theErrorNamesTheHookAndNotWhatItSaid() throws Exception {
        QueryHook hook = QueryHook.admit(run -> failing(run.statement(), Verdict.proceed()));
        try (HookedProxy proxy = HookedProxy.before(database, hook);
                ScriptedClient client = proxy.client()) {
            assertThat(Asked.error(client, MARKED)).contains("tested").doesNotContain("a value in its text");
        }
    }

    @Test
    void whatIsRefusedLaterIsNotPutDownToIt() throws Exception {
        List<String> deciders = new CopyOnWriteArrayList<>();
        HookChain chain = HookChain.builder()
                .hook("failing", QueryHook.classify((statement, known) -> failing(statement, known)))
                .hook(
                        "rewriting",
                        QueryHook.rewrite(statement -> statement.sql().contains("latin")
                                ? Verdict.of("set client_encoding to latin1")
                                : Verdict.proceed()))
                .hook("watching", QueryHook.observe((run, outcome) -> deciders.add(outcome.decidedBy())))
                .build();
        try (HookedProxy proxy = HookedProxy.before(database, chain);
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, MARKED)).startsWith("E 58000");
            assertThat(ask(client, "select 'latin'")).startsWith("E 0A000");
        }
        assertThat(deciders).containsExactly("failing", "");
    }

    @Test
    void aFailureInABlockFailsTheBlock() throws Exception {
        QueryHook hook = QueryHook.admit(run -> failing(run.statement(), Verdict.proceed()));
        try (HookedProxy proxy = HookedProxy.before(database, hook);
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, "begin")).endsWith("Z T");
            assertThat(ask(client, MARKED)).isEqualTo("E 58000, Z E");
            assertThat(ask(client, "select 'other'")).isEqualTo("E 25P02, Z E");
            assertThat(ask(client, "rollback")).endsWith("Z I");
        }
    }

    static Stream<Arguments> watching() {
        return Stream.of(
                arguments("cache throws", QueryHook.cache(run -> failing(run.statement(), Verdict.proceed()))),
                arguments("cache gives null", QueryHook.cache(run -> nothing(run.statement(), Verdict.proceed()))),
                arguments("observe throws", QueryHook.observe((run, outcome) -> failing(run.statement(), outcome))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("watching")
    void whoSpeedsUpOrWatchesFailsOpen(String name, QueryHook hook) throws Exception {
        try (HookedProxy proxy = HookedProxy.before(database, hook);
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, MARKED)).isEqualTo("T, D [marked], C, Z I");
            assertThat(ask(client, "select 'other'")).isEqualTo(SERVED);
        }
    }

    @Test
    void whoIsRegisteredToFailOpenDoesSo() throws Exception {
        AdmitHook hook = run -> failing(run.statement(), Verdict.proceed());
        HookChain chain = HookChain.builder()
                .hook("open", hook, HookOptions.DEFAULT.failingOpen())
                .build();
        try (HookedProxy proxy = HookedProxy.before(database, chain);
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, MARKED)).isEqualTo("T, D [marked], C, Z I");
        }
    }

    @Test
    void aMapperThatThrowsEndsTheResult() throws Exception {
        RowTransform transform = RowTransform.each(row -> {
            if ("500".equals(row.text(0))) {
                throw new IllegalStateException("no such value");
            }
        });
        QueryHook hook = QueryHook.transform((statement, columns) -> transform);
        try (HookedProxy proxy = HookedProxy.before(database, hook);
                ScriptedClient client = proxy.client()) {
            String answer = ask(client, "select generate_series(1, 10000)");

            assertThat(answer).endsWith("D [499], E 58000, Z I");
            assertThat(ask(client, "select 'other'")).isEqualTo(SERVED);
        }
    }

    @Test
    void aReplyThatFailsIsAnError() throws Exception {
        List<Column> columns = List.of(Column.text("answer"));
        QueryHook hook = QueryHook.answer(statement -> isMarked(statement)
                ? Verdict.of(new Answer(columns, run -> failing(run.statement(), Verdict.proceed())))
                : Verdict.proceed());
        try (HookedProxy proxy = HookedProxy.before(database, hook);
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, MARKED)).endsWith("E 58000, Z I");
            client.send(query("begin"), query(MARKED), query("rollback"));
            assertThat(answer(client)).isEqualTo("C, Z T");
            assertThat(answer(client)).endsWith("E 58000, Z E");
            assertThat(answer(client)).isEqualTo("C, Z I");
        }
    }

    @Test
    void attributesAndNoticesCanBeSetInEveryStage() throws Exception {
        Attribute<String> seen = Attribute.named("seen");
        QueryHook hook = QueryHook.all(
                QueryHook.answer(statement -> note(statement.session(), seen, "answer")),
                QueryHook.rewrite(statement -> note(statement.session(), seen, "rewrite")),
                QueryHook.admit(run -> note(run.session(), seen, "admit")),
                QueryHook.cache(run -> note(run.session(), seen, "cache")),
                QueryHook.route(exchange -> note(exchange.session(), seen, "route")));
        try (HookedProxy proxy = HookedProxy.before(database, hook);
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, "select 'other'"))
                    .isEqualTo("N null answer, N answer rewrite, N rewrite admit, N admit cache, N cache route, "
                            + SERVED);
        }
    }

    private static <T> Verdict<T> note(Session session, Attribute<String> seen, String stage) {
        session.notice(session.get(seen) + " " + stage);
        session.set(seen, stage);
        return Verdict.proceed();
    }
}
