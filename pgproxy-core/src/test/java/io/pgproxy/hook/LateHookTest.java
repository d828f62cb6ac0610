package io.pgproxy.hook;

import static io.pgproxy.hook.Asked.answer;
import static io.pgproxy.hook.Asked.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Verdicts that come late, from elsewhere, or never: one session waits, the order of its answers stays. */
@WithPostgres
class LateHookTest {
    private static final String MARKED = "select 'marked'";
    private static final String ANSWER = "T, D [marked], C, Z I";

    private final TestDatabase database;
    private final BlockingQueue<CompletableFuture<Verdict<Terms>>> waiting = new LinkedBlockingQueue<>();

    LateHookTest(TestDatabase database) {
        this.database = database;
    }

    /** Marked statements wait until the test says what becomes of them. */
    private Verdict<Terms> decide(Execution execution) {
        if (!execution.statement().sql().contains("marked")) {
            return Verdict.proceed();
        }
        CompletableFuture<Verdict<Terms>> verdict = new CompletableFuture<>();
        waiting.add(verdict);
        return Verdict.defer(verdict);
    }

    private CompletableFuture<Verdict<Terms>> next() throws Exception {
        CompletableFuture<Verdict<Terms>> verdict = waiting.poll(10, TimeUnit.SECONDS);
        assertThat(verdict).as("a verdict is waited for").isNotNull();
        return verdict;
    }

    private HookedProxy proxy() throws Exception {
        return HookedProxy.before(database, QueryHook.admit(this::decide));
    }

    @Test
    void whatComesFromAnotherThreadIsTakenUp() throws Exception {
        try (HookedProxy proxy = proxy();
                ScriptedClient client = proxy.client()) {
            client.send(query(MARKED));
            next().complete(Verdict.proceed());
            assertThat(answer(client)).isEqualTo(ANSWER);

            client.send(query(MARKED));
            next().complete(Verdict.reject("42501", "not today"));
            assertThat(answer(client)).isEqualTo("E 42501, Z I");
        }
    }

    @Test
    void othersGoOnWhileOneWaits() throws Exception {
        try (HookedProxy proxy = proxy();
                ScriptedClient held = proxy.client();
                ScriptedClient other = proxy.client()) {
            held.send(query(MARKED));
            CompletableFuture<Verdict<Terms>> verdict = next();

            assertThat(ask(other, "select 'other'")).isEqualTo("T, D [other], C, Z I");
            verdict.complete(Verdict.proceed());
            assertThat(answer(held)).isEqualTo(ANSWER);
        }
    }

    @Test
    void pipelinedAnswersKeepTheirOrder() throws Exception {
        try (HookedProxy proxy = proxy();
                ScriptedClient client = proxy.client()) {
            client.send(
                    query("select 1"),
                    query("select 'marked', 2"),
                    query("select 3"),
                    parse("", "select 'marked', 4"),
                    bind("", ""),
                    execute(),
                    parse("", "select 5"),
                    bind("", ""),
                    execute(),
                    sync(),
                    query("select 6"));
            assertThat(answer(client)).contains("D [1]");
            next().complete(Verdict.proceed());
            assertThat(answer(client)).contains("D [marked, 2]");
            assertThat(answer(client)).contains("D [3]");
            next().complete(Verdict.proceed());
            assertThat(answer(client)).contains("D [marked, 4]", "D [5]");
            assertThat(answer(client)).contains("D [6]");
        }
    }

    @Test
    void twoThatWaitForTheSameDoNotWaitForEachOther() throws Exception {
        try (HookedProxy proxy = proxy();
                ScriptedClient client = proxy.client()) {
            client.send(parse("", MARKED), bind("", ""), execute());
            client.send(parse("", "select 'marked' as again"), bind("", ""), execute(), sync());
            CompletableFuture<Verdict<Terms>> first = next();
            first.complete(Verdict.proceed());
            next().complete(Verdict.proceed());
            assertThat(answer(client)).isEqualTo("1, 2, D [marked], C, 1, 2, D [marked], C, Z I");
        }
    }

    @Test
    void whatStoodBeforeInTheBatchIsAnsweredMeanwhile() throws Exception {
        try (HookedProxy proxy = proxy();
                ScriptedClient client = proxy.client()) {
            client.send(parse("", "select 1"), bind("", ""), execute());
            client.send(parse("", MARKED), bind("", ""), execute(), sync());
            CompletableFuture<Verdict<Terms>> verdict = next();

            client.expectNext("12DC1");
            verdict.complete(Verdict.proceed());
            assertThat(answer(client)).isEqualTo("2, D [marked], C, Z I");
        }
    }

    @Test
    void aRefusalThatComesLateUndoesWhatStoodBefore() throws Exception {
        database.execute("DROP TABLE IF EXISTS late; CREATE TABLE late (a int)");
        try (HookedProxy proxy = proxy();
                ScriptedClient client = proxy.client()) {
            client.send(parse("", "insert into late values (1)"), bind("", ""), execute());
            client.send(parse("", MARKED), bind("", ""), execute(), sync());
            next().complete(Verdict.reject("42501", "no"));

            assertThat(answer(client)).isEqualTo("1, 2, C, 1, E 42501, Z I");
            assertThat(ask(client, "select count(*) from late")).contains("D [0]");
        }
    }

    @Test
    void whatIsFailedByAnErrorBeforeIsDropped() throws Exception {
        try (HookedProxy proxy = proxy();
                ScriptedClient client = proxy.client()) {
            client.send(parse("", "select 1 / (select 0)"), bind("", ""), execute());
            client.send(parse("", MARKED), bind("", ""), execute(), sync());
            next().complete(Verdict.proceed());

            assertThat(answer(client)).isEqualTo("1, 2, E 22012, Z I");
            assertThat(ask(client, "select 'other'")).isEqualTo("T, D [other], C, Z I");
        }
    }

    @Test
    void whoNeverDecidesIsTimedOut() throws Exception {
        CompletableFuture<Verdict<Terms>> never = new CompletableFuture<>();
        QueryHook hook = QueryHook.admit(run -> run.statement().sql().contains("marked")
                ? Verdict.defer(never, Duration.ofMillis(100))
                : Verdict.proceed());
        try (HookedProxy proxy = HookedProxy.before(database, hook);
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, MARKED)).isEqualTo("E 57014, Z I");
            Await.until("the verdict is cancelled", never::isCancelled);
            assertThat(ask(client, "select 'other'")).isEqualTo("T, D [other], C, Z I");
        }
    }

    @Test
    void theLimitOfTheRegistrationHoldsWhereTheVerdictHasNone() throws Exception {
        HookChain chain = HookChain.builder()
                .hook("slow", QueryHook.admit(this::decide), HookOptions.DEFAULT.withTimeout(Duration.ofMillis(100)))
                .build();
        try (HookedProxy proxy = HookedProxy.before(database, chain);
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, MARKED)).isEqualTo("E 57014, Z I");
            next().complete(Verdict.proceed());
            assertThat(ask(client, "select 'other'")).isEqualTo("T, D [other], C, Z I");
        }
    }

    @Test
    void aVerdictThatFailsRefuses() throws Exception {
        try (HookedProxy proxy = proxy();
                ScriptedClient client = proxy.client()) {
            client.send(query(MARKED));
            next().completeExceptionally(new IllegalStateException("out of order"));
            assertThat(answer(client)).isEqualTo("E 58000, Z I");

            client.send(query(MARKED));
            next().complete(null);
            assertThat(answer(client)).isEqualTo("E 58000, Z I");
        }
    }

    @Test
    void aClientThatIsGoneIsWaitedForNoMore() throws Exception {
        try (HookedProxy proxy = proxy()) {
            CompletableFuture<Verdict<Terms>> verdict;
            try (ScriptedClient client = proxy.client()) {
                client.send(query(MARKED));
                verdict = next();
                client.reset();
            }
            Await.until("the session has ended", () -> proxy.server().sessionCount() == 0);
            Await.until("the verdict is cancelled", verdict::isDone);
            verdict.complete(Verdict.proceed());
            try (ScriptedClient client = proxy.client()) {
                assertThat(ask(client, "select 'other'")).isEqualTo("T, D [other], C, Z I");
            }
        }
    }

    @Test
    void aCancelRequestEndsTheWaiting() throws Exception {
        try (HookedProxy proxy = proxy();
                ScriptedClient client = proxy.client()) {
            client.send(query(MARKED));
            CompletableFuture<Verdict<Terms>> verdict = next();
            ScriptedClient.cancel("127.0.0.1", proxy.port(), client.processId(), client.secretKey());

            assertThat(answer(client)).isEqualTo("E 57014, Z I");
            Await.until("the verdict is cancelled", verdict::isDone);
        }
    }

    @Test
    void whoBlocksDoesSoOnHisOwnThread() throws Exception {
        CountDownLatch blocks = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        AdmitHook blocking = run -> {
            if (run.statement().sql().contains("marked")) {
                blocks.countDown();
                try {
                    release.await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }
            return Verdict.proceed();
        };
        HookChain chain = HookChain.builder()
                .hook("blocking", blocking, HookOptions.DEFAULT.on(threads))
                .build();
        try (HookedProxy proxy = HookedProxy.before(database, chain);
                ScriptedClient held = proxy.client()) {
            try (ScriptedClient other = proxy.client()) {
                held.send(query(MARKED));
                assertThat(blocks.await(10, TimeUnit.SECONDS)).isTrue();
                assertThat(ask(other, "select 'meanwhile'")).contains("D [meanwhile]");
                release.countDown();
                assertThat(answer(held)).isEqualTo(ANSWER);
            }
        } finally {
            release.countDown();
            threads.shutdownNow();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
