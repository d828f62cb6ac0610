package io.pgproxy.auth;

import static io.pgproxy.testkit.peer.FrontendBytes.password;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.startup;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.HookChain;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.leak.LeakCheck;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Logins that block or hash wait for each other, and nobody else waits for them. */
@WithPostgres
class LoginWorkersTest {
    private final TestDatabase database;

    LoginWorkersTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void oneTooManyIsToldSoAndTheOthersGoOn() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger checking = new AtomicInteger();
        Authenticator slow = Authenticator.blocking((login, password) -> {
            checking.incrementAndGet();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw LoginRefusedException.invalidPassword(login.user());
            }
            return Identity.of(login);
        });
        AuthenticationOptions small = AuthenticatedProxy.OPEN.withWorkers(1, 1);
        LeakCheck check = LeakCheck.begin();
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, slow, small, HookChain.EMPTY);
                ScriptedClient running = asked(proxy);
                ScriptedClient waiting = asked(proxy);
                ScriptedClient tooMany = asked(proxy)) {
            running.send(password("x"));
            Await.until("the first is checked", () -> checking.get() == 1);
            waiting.send(password("x"));
            WireMessage refusal = refusalOf(tooMany, proxy);
            assertThat(refusal.sqlState()).isEqualTo("53300");
            assertThat(refusal.severity()).isEqualTo("FATAL");

            release.countDown();

            assertThat(WireMessage.tags(running.readUntilReady())).matches("RS+KZ");
            assertThat(WireMessage.tags(waiting.readUntilReady())).matches("RS+KZ");
        }
        check.assertNothingLeft();
    }

    /** Only one of two can have the place in the queue; the other is told at once. */
    private WireMessage refusalOf(ScriptedClient client, AuthenticatedProxy proxy) throws Exception {
        Await.until("two wait", () -> proxy.server().sessionCount() == 3);
        client.send(password("x"));
        return client.expect("E!").get(0);
    }

    private ScriptedClient asked(AuthenticatedProxy proxy) throws IOException {
        ScriptedClient client = proxy.connect();
        client.send(startup(database.user(), database.name()));
        client.expectNext("R");
        return client;
    }

    @Test
    void whatWaitsForAClientThatHasGoneDoesNotRun() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger checked = new AtomicInteger();
        Authenticator slow = Authenticator.blocking((login, password) -> {
            checked.incrementAndGet();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw LoginRefusedException.invalidPassword(login.user());
            }
            return Identity.of(login);
        });
        AuthenticationOptions small = AuthenticatedProxy.OPEN.withWorkers(1, 100);
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, slow, small, HookChain.EMPTY);
                ScriptedClient first = asked(proxy)) {
            first.send(password("x"));
            Await.until("the first is checked", () -> checked.get() == 1);
            for (int i = 0; i < 10; i++) {
                try (ScriptedClient client = asked(proxy)) {
                    client.send(password("x"));
                }
            }
            Await.until("they have gone", () -> proxy.server().sessionCount() == 1);
            try (ScriptedClient last = asked(proxy)) {
                last.send(password("x"));
                release.countDown();
                assertThat(WireMessage.tags(last.readUntilReady())).matches("RS+KZ");
            }
            assertThat(checked).hasValue(2);
        }
    }

    @Test
    void aThousandWrongLoginsDoNotHoldUpTheEventLoop() throws Exception {
        UserStore users =
                Users.builder().user(database.user(), "x".toCharArray()).build();
        ExecutorService guessers = Executors.newFixedThreadPool(50);
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, CleartextAuthenticator.of(users));
                ScriptedClient client = proxy.login(database.user(), "x")) {
            List<Future<String>> guesses = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                guesses.add(guessers.submit(() -> proxy.refusal(database.user(), "wrong")));
            }
            List<Long> times = new ArrayList<>();
            while (!guesses.stream().allMatch(Future::isDone)) {
                long begin = System.nanoTime();
                client.send(query("select 1"));
                client.expect("TDCZ");
                times.add(System.nanoTime() - begin);
            }
            for (Future<String> guess : guesses) {
                assertThat(guess.get()).startsWith("FATAL 28P01");
            }
            long[] sorted = times.stream().mapToLong(Long::longValue).toArray();
            Arrays.sort(sorted);
            // Fifty of them at work on the loop would take 50 times some milliseconds.
            assertThat(Duration.ofNanos(sorted[sorted.length / 2])).isLessThan(Duration.ofMillis(50));
        } finally {
            guessers.shutdownNow();
        }
    }

    /** As somebody would who guesses: by SCRAM, from many connections, delayed as by default. */
    @Test
    void aThousandWrongGuessesLeaveOthersTheirLatency() throws Exception {
        UserStore users =
                Users.builder().user(database.user(), "x".toCharArray()).build();
        ExecutorService guessers = Executors.newFixedThreadPool(250);
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(
                        database, ScramAuthenticator.of(users), AuthenticationOptions.DEFAULT, HookChain.EMPTY);
                ScriptedClient client = proxy.login(database.user(), "x")) {
            median(client);
            long before = median(client);
            List<Future<String>> guesses = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                guesses.add(guessers.submit(() -> proxy.refusal(database.user(), "wrong")));
            }
            List<Long> medians = new ArrayList<>();
            while (!guesses.stream().allMatch(Future::isDone)) {
                medians.add(median(client));
            }
            for (Future<String> guess : guesses) {
                assertThat(guess.get()).startsWith("FATAL 28P01");
            }
            long quiet = Math.max(before, median(client)); // others may have begun to use the machine
            assertThat(medians).hasSizeGreaterThan(5);
            assertThat(medians.stream().filter(each -> each <= 2 * quiet).count())
                    .as(medians + " against " + quiet)
                    .isGreaterThanOrEqualTo(medians.size() * 3L / 5);
        } finally {
            guessers.shutdownNow();
        }
    }

    private static long median(ScriptedClient client) throws Exception {
        long[] times = new long[200];
        for (int i = 0; i < times.length; i++) {
            long begin = System.nanoTime();
            client.send(query("select 1"));
            client.expect("TDCZ");
            times[i] = System.nanoTime() - begin;
        }
        Arrays.sort(times);
        return times[times.length / 2];
    }
}
