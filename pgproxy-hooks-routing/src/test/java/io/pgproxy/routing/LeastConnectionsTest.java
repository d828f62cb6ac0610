package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Reply;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.Execute;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.Query;
import io.pgproxy.protocol.message.frontend.Sync;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.testkit.hook.HookTester;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every exchange that is counted is given back once, whatever becomes of it. */
@Timeout(60)
class LeastConnectionsTest {
    private final Servers servers = new Servers();
    private final List<Integer> seen = new ArrayList<>();
    private Topology topology;
    private ReadWriteSplit split;

    @BeforeEach
    void start() {
        servers.get("a").primary(1000);
        servers.get("b").standby(1000);
        topology = Topology.builder()
                .writer("a", Servers.url("a"))
                .reader("b", Servers.url("b"))
                .start(servers);
        split = ReadWriteSplit.over(topology)
                .policy(Balance.LEAST_CONNECTIONS)
                .readYourWrites(false)
                .build();
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    private HookTester tester(QueryHook more) {
        return HookTester.of(HookChain.builder()
                        .hook("split", split.hook())
                        .hook("more", more)
                        .build())
                .upstream("main", sql -> Reply.command("DONE"))
                .upstream("b", sql -> {
                    seen.add(split.inFlight("b"));
                    if (sql.contains("fails")) {
                        throw new PgErrorException(PgError.of("22012", "no"));
                    }
                    return Reply.command("DONE");
                });
    }

    private HookTester tester() {
        return tester(QueryHook.admit(execution ->
                execution.statement().sql().contains("refused") ? Verdict.reject("42501", "no") : Verdict.proceed()));
    }

    @Test
    void oneIsInFlightWhileItRuns() {
        try (HookTester tester = tester()) {
            tester.query("SELECT 1");
            assertThat(seen).containsExactly(1);
            assertThat(split.inFlight("b")).isZero();
        }
    }

    @Test
    void itIsGivenBackWhateverBecomesOfIt() {
        try (HookTester tester = tester()) {
            for (String sql : List.of(
                    "SELECT fails",
                    "SELECT 1; SELECT fails; SELECT 2",
                    "SELECT refused",
                    "SELECT 1; SELECT refused",
                    "SELECT 1")) {
                tester.query(sql);
                assertThat(split.inFlight("b")).as(sql).isZero();
                tester.prepared(sql);
                assertThat(split.inFlight("b")).as(sql).isZero();
            }
            tester.pipeline("SELECT 1", "SELECT refused", "SELECT 2");
            assertThat(split.inFlight("b")).isZero();
            tester.pipeline("SELECT 1", "SELECT fails", "SELECT 2");
            assertThat(split.inFlight("b")).isZero();
            tester.pipeline("SELECT 1", "INSERT INTO orders VALUES (1)");
            assertThat(split.inFlight("b")).isZero();
            tester.messages(new Parse("s", "SELECT 1", List.of()), Describe.statement("s"), Sync.INSTANCE);
            assertThat(split.inFlight("b")).isZero();
            tester.messages(
                    new Bind("nothing", "", List.of(), List.of(), List.of()), new Execute("nothing", 0), Sync.INSTANCE);
            assertThat(split.inFlight("b")).isZero();
        }
    }

    @Test
    void thoseInAPipelineCountEach() {
        try (HookTester tester = tester()) {
            tester.login();
            Query[] queries = new Query[20];
            for (int i = 0; i < queries.length; i++) {
                queries[i] = new Query("SELECT " + i);
            }
            assertThat(tester.messages(queries).ran("b")).hasSize(20);
            assertThat(split.inFlight("b")).isZero();
            assertThat(seen).hasSize(20).allMatch(count -> count >= 1);
        }
    }
}
