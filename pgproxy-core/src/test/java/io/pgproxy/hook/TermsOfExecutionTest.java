package io.pgproxy.hook;

import static io.pgproxy.hook.Pipeline.join;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** An execution tells under which terms it runs: a cache whose key holds their settings mixes nobody's rows. */
@WithPostgres
class TermsOfExecutionTest {
    private static final String TENANT = "select current_setting('app.tenant') as tenant";

    private final TestDatabase database;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Map<Map<String, String>, Recording> kept = new ConcurrentHashMap<>();

    TermsOfExecutionTest(TestDatabase database) {
        this.database = database;
    }

    private Verdict<Terms> tenant(Execution execution) {
        saw("admit", execution);
        String sql = execution.statement().sql();
        return Verdict.of(Terms.setting("app.tenant", sql.contains("other") ? "other" : "one"));
    }

    private Verdict<CacheUse> use(Execution execution) {
        saw("cache", execution);
        Map<String, String> key = execution.terms().settings();
        Recording recording = kept.get(key);
        return Verdict.of(
                recording == null
                        ? new CacheUse.Keep(complete -> kept.put(key, complete), 1000)
                        : new CacheUse.Serve(recording));
    }

    private void saw(String stage, Execution execution) {
        Terms terms = execution.terms();
        seen.add(stage + " " + terms.maxRows() + " " + terms.settings().getOrDefault("app.tenant", "-"));
    }

    @Test
    void beforeAndAfterItIsAdmitted() throws Exception {
        HookChain hooks = HookChain.builder()
                .hook("session", QueryHook.session(session -> Verdict.of(Terms.rows(7))))
                .hook("admit", QueryHook.admit(this::tenant))
                .hook("cache", QueryHook.cache(this::use))
                .hook("watch", QueryHook.observe((execution, outcome) -> saw(outcome.source() + "", execution)))
                .build();
        try (HookedProxy proxy = HookedProxy.before(database, hooks);
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, TENANT)).contains("D[one]");
            assertThat(ask(client, TENANT + ", 2 as other")).contains("D[other, 2]");
            assertThat(ask(client, parse("", TENANT), bind("", ""), execute(), sync()))
                    .isEqualTo("1 2 D[one] C(SELECT 1) ZI");
        }
        assertThat(seen)
                .containsExactly(
                        "admit 7 -",
                        "cache 7 one",
                        "UPSTREAM 7 one",
                        "admit 7 -",
                        "cache 7 other",
                        "UPSTREAM 7 other",
                        "admit 7 -",
                        "cache 7 one",
                        "CACHE 7 one");
    }

    /** What a Query fails with, the batch that it ends fails with. */
    @Test
    void forAQueryThatEndsABatch() throws Exception {
        database.execute("drop table if exists batched; create table batched (a int)");
        HookChain hooks =
                HookChain.builder().hook("admit", QueryHook.admit(this::tenant)).build();
        byte[] insert = join(parse("", "insert into batched values (1)"), bind("", ""), execute());
        try (HookedProxy proxy = HookedProxy.before(database, hooks);
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, join(insert, query("select 1/0 as other"))))
                    .isEqualTo("1 2 C(INSERT 0 1) E(22012) ZI");
            assertThat(ask(client, "select count(*) from batched")).isEqualTo("T[count] D[0] C(SELECT 1) ZI");
            assertThat(ask(client, join(insert, query(TENANT + ", 2 as other"))))
                    .isEqualTo("1 2 C(INSERT 0 1) T[tenant, other] D[other, 2] C(SELECT 1) ZI");
            assertThat(ask(client, "select count(*) from batched")).isEqualTo("T[count] D[1] C(SELECT 1) ZI");
        }
    }
}
