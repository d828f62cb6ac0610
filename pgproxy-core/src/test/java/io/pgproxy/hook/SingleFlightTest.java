package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Of identical reads in one pipeline the first is asked for, and the others wait for what it brings. */
@WithPostgres
class SingleFlightTest {
    private static final String SQL = "select random() as r";

    private final TestDatabase database;
    private final List<Boolean> fromUpstream = new CopyOnWriteArrayList<>();

    SingleFlightTest(TestDatabase database) {
        this.database = database;
    }

    /** Everybody but the first waits. */
    private static final class Flights implements CacheHook {
        private final Map<String, CompletableFuture<Verdict<CacheUse>>> flights = new ConcurrentHashMap<>();

        @Override
        public Verdict<CacheUse> lookup(Execution execution) {
            CompletableFuture<Verdict<CacheUse>> mine = new CompletableFuture<>();
            CompletableFuture<Verdict<CacheUse>> first =
                    flights.putIfAbsent(execution.statement().sql(), mine);
            return first != null
                    ? Verdict.defer(first)
                    : Verdict.of(new CacheUse.Keep(
                            recording -> mine.complete(Verdict.of(new CacheUse.Serve(recording))), 1_000));
        }
    }

    /** Behind whatever the session is doing. */
    private static Verdict<Route> late(Exchange exchange) {
        return Verdict.defer(CompletableFuture.supplyAsync(
                Verdict::proceed, exchange.session().executor()));
    }

    static Stream<Arguments> routes() {
        return Stream.of(
                arguments("none", QueryHook.admit(execution -> Verdict.proceed())),
                arguments("at once", QueryHook.route(exchange -> Verdict.proceed())),
                arguments("late", QueryHook.route(SingleFlightTest::late)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("routes")
    void inOneBatch(String routes, QueryHook hook) throws Exception {
        HookChain chain = HookChain.builder()
                .hook("route", hook)
                .hook("flights", new Flights())
                .build();
        try (HookedProxy proxy = HookedProxy.before(database, chain);
                ScriptedClient client = proxy.client()) {
            List<byte[]> batch = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                batch.addAll(List.of(parse("", SQL), bind("", ""), execute()));
            }
            batch.add(sync());

            String answer = ask(client, batch.toArray(byte[][]::new));

            assertThat(answer).matches("(1 2 (D\\[[^]]*]) C\\(SELECT 1\\)) \\1 \\1 ZI");
            assertThat(ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("routes")
    void inSeveral(String routes, QueryHook hook) throws Exception {
        HookChain chain = HookChain.builder()
                .hook("route", hook)
                .hook("flights", new Flights())
                .hook(
                        "watch",
                        QueryHook.observe(
                                (run, outcome) -> fromUpstream.add(outcome.source() == Outcome.Source.UPSTREAM)))
                .build();
        try (HookedProxy proxy = HookedProxy.before(database, chain);
                ScriptedClient client = proxy.client()) {
            for (int i = 0; i < 3; i++) {
                client.send(parse("", SQL), bind("", ""), execute(), sync());
            }
            String first = Told.next(client);

            assertThat(List.of(Told.next(client), Told.next(client))).containsOnly(first);
            assertThat(fromUpstream).containsExactly(true, false, false);
        }
    }
}
