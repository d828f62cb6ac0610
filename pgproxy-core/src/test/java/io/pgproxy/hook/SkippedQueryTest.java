package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A Query that the server skips behind an error is over, whatever it has waited for. */
@WithPostgres
class SkippedQueryTest {
    private final TestDatabase database;

    SkippedQueryTest(TestDatabase database) {
        this.database = database;
    }

    private static Verdict<Terms> terms(Execution execution) {
        String sql = execution.statement().sql();
        if (sql.contains("rows_2")) {
            return Verdict.of(Terms.rows(2));
        }
        if (sql.contains("set_3")) {
            return Verdict.of(Terms.setting("work_mem", "3MB"));
        }
        return sql.contains("time_50") ? Verdict.of(Terms.time(Duration.ofMillis(50))) : Verdict.proceed();
    }

    @Test
    void itsObserversAreTold() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        HookChain hooks = HookChain.builder()
                .hook("terms", QueryHook.admit(SkippedQueryTest::terms))
                .hook(
                        "seeing",
                        QueryHook.observe((execution, outcome) ->
                                seen.add(execution.statement().sql() + " " + outcome.status())))
                .build();
        for (String skipped : List.of(
                "select 2 as time_50", "create temp table u (a int); select 2 as rows_2", "select 2 as set_3")) {
            seen.clear();
            try (HookedProxy proxy = HookedProxy.before(database, hooks);
                    ScriptedClient client = proxy.client()) {
                assertThat(ask(client, parse("", "select 1/0 as a"), bind("", ""), execute(), query(skipped), sync()))
                        .endsWith("E(22012) ZI");
                assertThat(seen).first().isEqualTo("select 1/0 as a FAILED");
                assertThat(seen)
                        .hasSize(1 + skipped.split(";").length)
                        .last()
                        .asString()
                        .endsWith(" SKIPPED");
            }
        }
    }
}
