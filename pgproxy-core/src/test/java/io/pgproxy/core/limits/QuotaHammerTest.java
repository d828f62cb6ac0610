package io.pgproxy.core.limits;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.copyData;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.flush;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static io.pgproxy.testkit.peer.FrontendBytes.terminate;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.Limits;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Told;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever becomes of a session, nothing of it is counted when it is gone. */
@WithPostgres
class QuotaHammerTest {
    private static final int ROUNDS = Integer.getInteger("pgproxy.fuzz.rounds", 60);
    private static final String FIVE = "select n from generate_series(1, 5) n";
    private static final List<byte[]> SAID = List.of(
            query("select pg_sleep(0.3)"),
            query("insert into t select n from generate_series(1, 5) n returning a, pg_sleep(0.01)"),
            query("insert into t values (1); " + FIVE + "; select pg_sleep(0.3)"),
            query("copy t from stdin"),
            query("select 1; copy t from stdin; " + FIVE),
            copyData("1\n"),
            parse("", FIVE),
            bind("", ""),
            execute(),
            execute("", 1),
            flush(),
            sync(),
            query("begin"),
            query("select 1/0"),
            query(FIVE),
            terminate());

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsLeftOfIt(boolean hooked, TestDatabase database) throws Exception {
        database.execute("drop table if exists t; create table t (a int)");
        HookChain hooks = hooked
                ? HookChain.builder()
                        .hook("reads", QueryHook.admit(execution -> Verdict.proceed()))
                        .build()
                : HookChain.EMPTY;
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (LimitedProxy proxy = LimitedProxy.before(
                database,
                limits -> limits.maxRows(2).maxTime(Duration.ofMillis(50)).concurrentQueries(5),
                hooks)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                Random random = new Random(i);
                all.add(threads.submit(() -> maltreat(proxy, random)));
            }
            for (Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
            Limits strict = Limits.builder().concurrentQueries(1).build();
            proxy.server().limits(strict);
            Await.until("they are gone", () -> proxy.server().sessions().isEmpty());
            try (ScriptedClient client = proxy.client()) {
                assertThat(Told.ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
            }
            Await.until(
                    "upstreams are gone",
                    () -> database.query("select 1 from pg_stat_activity where datname = current_database()"
                                            + " and pid <> pg_backend_pid() and backend_type = 'client backend'")
                                    .size()
                            == 0);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Says something, and is cancelled, killed, or gone at some time. */
    private static Void maltreat(LimitedProxy proxy, Random random) throws Exception {
        try (ScriptedClient client = proxy.client()) {
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                client.send(SAID.get(random.nextInt(SAID.size())));
            }
            Thread.sleep(random.nextInt(60));
            switch (random.nextInt(6)) {
                case 0 -> client.reset();
                case 1 -> client.halfClose();
                case 2 -> kill(proxy, client.processId());
                case 3, 4 -> {
                    int port = proxy.server().port();
                    ScriptedClient.cancel("127.0.0.1", port, client.processId(), client.secretKey());
                    client.send(query("select 1"));
                }
                default ->
                    proxy.server()
                            .limits(proxy.server().limits().toBuilder()
                                    .concurrentQueries(2 + random.nextInt(5))
                                    .build());
            }
            Thread.sleep(random.nextInt(30));
        } catch (IOException gone) {
            // as it may be
        }
        return null;
    }

    private static void kill(LimitedProxy proxy, int pid) {
        proxy.server().sessions().stream()
                .filter(session -> session.upstreamPid() == pid)
                .forEach(session -> proxy.server().kill(session.id()));
    }
}
