package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.bindBinary;
import static io.pgproxy.testkit.peer.FrontendBytes.describePortal;
import static io.pgproxy.testkit.peer.FrontendBytes.describeStatement;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Results are recorded once and served as often as they are asked for. */
@WithPostgres
class CacheStageTest {
    private static final String ONCE = "select nextval('q') as keep";
    private static final String ROWS = "select n, nextval('q') as keep from generate_series(1, 3) n";

    private static final int LONG = 1 << 20;

    private final TestDatabase database;
    private final Map<String, Recording> kept = new ConcurrentHashMap<>();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private HookedProxy proxy;
    private ScriptedClient client;

    CacheStageTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        database.execute(
                "DROP SEQUENCE IF EXISTS q; CREATE SEQUENCE q; DROP TABLE IF EXISTS t; CREATE TABLE t (a int)");
        proxy = HookedProxy.before(
                database,
                HookChain.builder()
                        .hook("cache", QueryHook.cache(this::use))
                        .hook("watch", QueryHook.observe((execution, outcome) -> {
                            if (!execution.statement().sql().contains("unseen")) {
                                seen.add(outcome.status() + " " + outcome.source() + " " + outcome.rows());
                            }
                        }))
                        .build());
        client = proxy.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        proxy.close();
    }

    private Verdict<CacheUse> use(Execution execution) {
        String sql = execution.statement().sql();
        if (!sql.contains("keep")) {
            return Verdict.proceed();
        }
        String key = sql + execution.resultFormats() + execution.parameters().size();
        Recording recording = kept.get(key);
        if (recording != null) {
            return Verdict.of(new CacheUse.Serve(recording));
        }
        return Verdict.of(new CacheUse.Keep(
                new Recorder() {
                    @Override
                    public void recorded(Recording complete) {
                        seen.add("recorded");
                        kept.put(key, complete);
                    }

                    @Override
                    public void abandoned() {
                        seen.add("abandoned");
                    }
                },
                sql.contains("long") ? LONG : 1000));
    }

    private List<String> seen() throws Exception {
        int before = seen.size();
        ask(client, "select 'unseen'");
        assertThat(before).isLessThanOrEqualTo(seen.size());
        return List.copyOf(seen);
    }

    @Test
    void ofAQuery() throws Exception {
        String first = ask(client, ONCE);

        assertThat(first).isEqualTo("T[keep] D[1] C(SELECT 1) ZI");
        assertThat(ask(client, ONCE)).isEqualTo(first);
        assertThat(ask(client, ONCE)).isEqualTo(first);
        assertThat(ask(client, "begin")).endsWith("ZT");
        assertThat(ask(client, ONCE)).isEqualTo(first.replace("ZI", "ZT"));
        assertThat(ask(client, "select 1/0")).endsWith("ZE");
        assertThat(ask(client, ONCE)).isEqualTo("E(25P02) ZE");
        assertThat(ask(client, "rollback")).endsWith("ZI");
        assertThat(seen())
                .startsWith("recorded", "SUCCEEDED UPSTREAM 1", "SUCCEEDED CACHE 1", "SUCCEEDED CACHE 1")
                .containsOnlyOnce("recorded");
    }

    @Test
    void ofExtendedMessages() throws Exception {
        String asked = extended();

        assertThat(asked).isEqualTo("1 2 T[n, keep] D[1, 1] D[2, 2] D[3, 3] C(SELECT 3) ZI");
        assertThat(extended()).isEqualTo(asked);
        assertThat(ask(client, parse("s", ROWS), describeStatement("s"), bind("", "s"), execute(), sync()))
                .isEqualTo("1 t T[n, keep] 2 D[1, 1] D[2, 2] D[3, 3] C(SELECT 3) ZI");
        assertThat(ask(client, bind("", "s"), execute("", 2), execute("", 2), sync()))
                .isEqualTo("2 D[1, 1] D[2, 2] s D[3, 3] C(SELECT 1) ZI");
        assertThat(seen())
                .containsExactly(
                        "recorded",
                        "SUCCEEDED UPSTREAM 3",
                        "SUCCEEDED CACHE 3",
                        "SUCCEEDED CACHE 3",
                        "SUCCEEDED CACHE 3");
    }

    private String extended() throws Exception {
        return ask(client, parse("", ROWS), bind("", ""), describePortal(""), execute(), sync());
    }

    @Test
    void otherFormatsAreOtherRecordings() throws Exception {
        String binary = binary();

        assertThat(binary).startsWith("1 2 T[keep*] D[").endsWith("C(SELECT 1) ZI");
        assertThat(binary()).isEqualTo(binary);
        assertThat(ask(client, parse("", ONCE), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[2] C(SELECT 1) ZI");
        assertThat(binary()).isEqualTo(binary);
    }

    private String binary() throws Exception {
        return ask(client, parse("", ONCE), bindBinary("", "", List.of()), describePortal(""), execute(), sync());
    }

    @Test
    void aClientThatNeverDescribesRecordsAndIsServed() throws Exception {
        assertThat(ask(client, parse("", ROWS), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[1, 1] D[2, 2] D[3, 3] C(SELECT 3) ZI");
        assertThat(ask(client, parse("", ROWS), bind("", ""), execute(), sync()))
                .isEqualTo("1 2 D[1, 1] D[2, 2] D[3, 3] C(SELECT 3) ZI");
        assertThat(extended()).isEqualTo("1 2 T[n, keep] D[1, 1] D[2, 2] D[3, 3] C(SELECT 3) ZI");
    }

    @Test
    void whatIsSuspendedIsRecordedWhenItIsWhole() throws Exception {
        assertThat(ask(client, parse("", ROWS), bind("", ""), execute("", 2), execute("", 2), sync()))
                .isEqualTo("1 2 D[1, 1] D[2, 2] s D[3, 3] C(SELECT 1) ZI");
        assertThat(ask(client, parse("", ROWS), bind("", ""), execute("", 0), sync()))
                .isEqualTo("1 2 D[1, 1] D[2, 2] D[3, 3] C(SELECT 3) ZI");
        assertThat(seen()).containsExactly("recorded", "SUCCEEDED UPSTREAM 3", "SUCCEEDED CACHE 3");
    }

    @Test
    void whatDoesNotComeToItsEndIsAbandoned() throws Exception {
        ask(client, "select repeat('x', 2000) as keep");
        ask(client, "select 1/(n - 2) as keep from generate_series(1, 3) n");
        ask(client, parse("", "select 1/(select 0)"), bind("", ""), execute(), parse("", ROWS), bind("", ""), sync());
        ask(client, parse("", ROWS), bind("", ""), execute("", 1), sync());
        ask(client, parse("", ROWS), bind("", ""), sync());
        seen();

        Await.until("all have ended", () -> seen.size() >= 10);
        assertThat(seen)
                .doesNotContain("recorded")
                .filteredOn("abandoned"::equals)
                .hasSizeGreaterThanOrEqualTo(4);
        for (int i = 0; i < seen.size(); i++) {
            assertThat(i > 0
                            && seen.get(i).equals("abandoned")
                            && seen.get(i - 1).equals("abandoned"))
                    .as("an outcome follows each: " + seen)
                    .isFalse();
        }
        assertThat(kept).isEmpty();
    }

    @Test
    void amidOtherStatementsAndPipelined() throws Exception {
        ask(client, ONCE);
        client.send(
                query("insert into t values (1)"),
                query(ONCE),
                query("select a from t"),
                parse("", "insert into t values (2)"),
                bind("", ""),
                execute(),
                parse("", ONCE),
                bind("", ""),
                execute(),
                parse("", "select count(*) as c from t"),
                bind("", ""),
                execute(),
                sync(),
                query(ONCE));

        assertThat(Told.next(client)).isEqualTo("C(INSERT 0 1) ZI");
        assertThat(Told.next(client)).isEqualTo("T[keep] D[1] C(SELECT 1) ZI");
        assertThat(Told.next(client)).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        assertThat(Told.next(client))
                .startsWith("1 2 C(INSERT 0 1) 1 2 D[")
                .endsWith("C(SELECT 1) 1 2 D[2] C(SELECT 1) ZI");
        assertThat(Told.next(client)).isEqualTo("T[keep] D[1] C(SELECT 1) ZI");
    }

    @Test
    void ofRowsWithoutColumns() throws Exception {
        String sql = "select from generate_series(1, 2) keep";
        String asked = ask(client, sql);
        assertThat(asked).isEqualTo("T[] D[] D[] C(SELECT 2) ZI");
        assertThat(ask(client, sql)).isEqualTo(asked);
        for (int i = 0; i < 3; i++) {
            assertThat(ask(client, parse("", sql), bind("", ""), describePortal(""), execute(), sync()))
                    .isEqualTo("1 2 " + asked);
            assertThat(ask(client, parse("", sql), describeStatement(""), bind("", ""), execute(), sync()))
                    .isEqualTo("1 t T[] 2 D[] D[] C(SELECT 2) ZI");
        }
        assertThat(seen()).contains("SUCCEEDED CACHE 2");
    }

    /**
     * What is served fills the way to the client, and what comes behind it is heard of no upstream before it is sent.
     */
    @Test
    void ofMoreThanIsWrittenAtOnceInFrontOfTheUpstreamsOwn() throws Exception {
        String sql = "select repeat('long', 100000) as keep";
        ask(client, parse("keep", sql), bind("", "keep"), execute(), parse("other", "select 1 as a"), sync());
        client.send(
                bind("", "keep"),
                execute(),
                bind("", "other"),
                execute(),
                bind("", "keep"),
                execute(),
                bind("", "keep"),
                execute(),
                bind("", "other"),
                execute(),
                sync());

        client.expect("2DC2DC2DC2DC2DCZ");
        assertThat(seen()).contains("SUCCEEDED CACHE 1");
    }

    @Test
    void copiedRowsAreNotKept() throws Exception {
        String copy = "copy (select nextval('q') as keep) to stdout";
        assertThat(ask(client, copy)).isEqualTo("H d(1) c C(COPY 1) ZI");
        assertThat(ask(client, copy)).isEqualTo("H d(2) c C(COPY 1) ZI");
        assertThat(kept).isEmpty();
    }

    @Test
    void functionCallsAreNotAsked() throws Exception {
        List<String> looked = new CopyOnWriteArrayList<>();
        QueryHook cache = QueryHook.cache(execution -> {
            looked.add(execution.statement().form().name());
            return Verdict.proceed();
        });
        try (HookedProxy other = HookedProxy.before(database, cache);
                ScriptedClient calling = other.client()) {
            assertThat(ask(calling, functionCall(1344, "16"))).isEqualTo("V ZI"); // sqrt
            assertThat(ask(calling, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        }
        assertThat(looked).containsExactly("QUERY");
    }

    @Test
    void oneAmongSeveralIsNotAsked() throws Exception {
        assertThat(ask(client, ONCE + "; select 2 as b"))
                .isEqualTo("T[keep] D[1] C(SELECT 1) T[b] D[2] C(SELECT 1) ZI");
        assertThat(seen()).containsExactly("SUCCEEDED UPSTREAM 1", "SUCCEEDED UPSTREAM 1");
    }
}
