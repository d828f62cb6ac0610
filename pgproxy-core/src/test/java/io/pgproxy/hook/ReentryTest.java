package io.pgproxy.hook;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/**
 * A hook that completes a verdict for which its own session waits: the stages of a session do not run within another.
 */
@WithPostgres
class ReentryTest {
    private final TestDatabase database;
    private final List<String> within = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Verdict<Terms>> verdict = new CompletableFuture<>();
    private volatile boolean inHook;

    ReentryTest(TestDatabase database) {
        this.database = database;
    }

    private void in(String stage, Runnable work) {
        if (inHook) {
            within.add(stage);
        }
        inHook = true;
        work.run();
        inHook = false;
    }

    private Verdict<Terms> admit(Execution execution) {
        String sql = execution.statement().sql();
        in("admit " + sql, () -> {});
        return sql.contains("waits") ? Verdict.defer(verdict) : Verdict.proceed();
    }

    private HookedProxy proxy() throws Exception {
        return HookedProxy.before(
                database,
                QueryHook.all(
                        QueryHook.admit(this::admit),
                        QueryHook.transform((statement, columns) -> RowTransform.each(row -> in("map", () -> {
                            if ("completes in a row".equals(row.text(0))) {
                                verdict.complete(Verdict.proceed());
                            }
                        }))),
                        QueryHook.observe((execution, outcome) ->
                                in("completed " + execution.statement().sql(), () -> {
                                    if (execution.statement().sql().contains("completes at its end")) {
                                        verdict.complete(Verdict.proceed());
                                    }
                                }))));
    }

    @Test
    void fromAnOutcome() throws Exception {
        try (HookedProxy proxy = proxy();
                ScriptedClient client = proxy.client()) {
            client.send(
                    query("select 'completes at its end' as a"),
                    query("select 'waits' as b"),
                    query("select 'behind' as c"));

            assertThat(Told.next(client)).isEqualTo("T[a] D[completes at its end] C(SELECT 1) ZI");
            assertThat(Told.next(client)).isEqualTo("T[b] D[waits] C(SELECT 1) ZI");
            assertThat(Told.next(client)).isEqualTo("T[c] D[behind] C(SELECT 1) ZI");
        }
        assertThat(within).isEmpty();
    }

    @Test
    void fromARow() throws Exception {
        try (HookedProxy proxy = proxy();
                ScriptedClient client = proxy.client()) {
            client.send(
                    query("select * from (values ('completes in a row'), ('another')) v (a)"),
                    parse("", "select 'waits' as b"),
                    bind("", ""),
                    execute(),
                    parse("", "select 'behind' as c"),
                    bind("", ""),
                    execute(),
                    sync());

            assertThat(Told.next(client)).isEqualTo("T[a] D[completes in a row] D[another] C(SELECT 2) ZI");
            assertThat(Told.next(client)).isEqualTo("1 2 D[waits] C(SELECT 1) 1 2 D[behind] C(SELECT 1) ZI");
        }
        assertThat(within).isEmpty();
    }
}
