package io.pgproxy.auth;

import static io.pgproxy.testkit.peer.FrontendBytes.message;
import static io.pgproxy.testkit.peer.FrontendBytes.password;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.saslInitialResponse;
import static io.pgproxy.testkit.peer.FrontendBytes.startup;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.HookChain;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.leak.LeakCheck;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that answer with garbage, or go in any step, cost their own connection and nothing else. */
@WithPostgres
class AuthenticationHostileTest {
    private static final UserStore USERS = Users.of(List.of(User.of("postgres", ClearPassword.of("x".toCharArray()))));
    private static final byte[] SCRAM_FIRST = saslInitialResponse("SCRAM-SHA-256", "n,,n=,r=abc");

    private final TestDatabase database;

    AuthenticationHostileTest(TestDatabase database) {
        this.database = database;
    }

    private static Stream<Arguments> garbage() {
        Authenticator cleartext = CleartextAuthenticator.of(USERS);
        Authenticator md5 = Md5Authenticator.of(USERS);
        Authenticator scram = ScramAuthenticator.of(USERS);
        byte[] noZero = message('p', "abc".getBytes(US_ASCII));
        byte[] twoZeros = message('p', new byte[] {'a', 0, 'b', 0});
        return Stream.of(
                Arguments.of("a password without its end", cleartext, new byte[][] {noZero}),
                Arguments.of("a password with two ends", cleartext, new byte[][] {twoZeros}),
                Arguments.of("no password at all", cleartext, new byte[][] {message('p', new byte[0])}),
                Arguments.of("an md5 answer without its end", md5, new byte[][] {noZero}),
                Arguments.of("another message", cleartext, new byte[][] {query("select 1")}),
                Arguments.of("another message in SCRAM", scram, new byte[][] {SCRAM_FIRST, query("select 1")}),
                Arguments.of("a length below four", md5, new byte[][] {{'p', 0, 0, 0, 3}}),
                Arguments.of("a negative length", md5, new byte[][] {{'p', -1, -1, -1, -1}}),
                Arguments.of("a length above 64 KB", scram, new byte[][] {{'p', 0, 1, 0, 0}}),
                Arguments.of("a mechanism without an end", scram, new byte[][] {noZero}),
                Arguments.of("an unknown mechanism", scram, new byte[][] {saslInitialResponse("PLAIN", "x")}),
                Arguments.of("no first word", scram, new byte[][] {initial(-1, "")}),
                Arguments.of("a negative inner length", scram, new byte[][] {initial(-2, "n,,n=,r=a")}),
                Arguments.of("the most negative inner length", scram, new byte[][] {initial(Integer.MIN_VALUE, "")}),
                Arguments.of("an inner length beyond the message", scram, new byte[][] {initial(100, "n,,n=,r=a")}),
                Arguments.of("an inner length short of the message", scram, new byte[][] {initial(3, "n,,n=,r=a")}),
                Arguments.of("an inner length beyond all", scram, new byte[][] {initial(Integer.MAX_VALUE, "")}),
                Arguments.of("a second word of nothing", scram, new byte[][] {SCRAM_FIRST, message('p', new byte[0])}),
                Arguments.of("the first word twice", scram, new byte[][] {SCRAM_FIRST, SCRAM_FIRST}));
    }

    private static byte[] initial(int length, String response) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("SCRAM-SHA-256\0".getBytes(US_ASCII));
        body.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
        body.writeBytes(response.getBytes(US_ASCII));
        return message('p', body.toByteArray());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("garbage")
    void garbageIsAViolationOfTheProtocol(String name, Authenticator method, byte[][] answers) throws Exception {
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, method);
                ScriptedClient client = proxy.connect()) {
            client.send(startup(database.user(), database.name()));
            for (byte[] answer : answers) {
                assertThat(client.readMessage().tag()).isEqualTo('R');
                client.send(answer);
            }
            List<WireMessage> last = client.expect("E!");

            assertThat(last.get(0).sqlState()).isEqualTo("08P01");
            assertThat(last.get(0).severity()).isEqualTo("FATAL");
            Await.until("the session is over", () -> proxy.server().sessionCount() == 0);
            proxy.login(database.user(), "x").close();
        }
    }

    @Test
    void randomAnswersEndInOneErrorAndLeaveNothing() throws Exception {
        LeakCheck check = LeakCheck.begin();
        Random random = new Random(7);
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, ScramAuthenticator.of(USERS))) {
            for (int i = 0; i < 200; i++) {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                try (ScriptedClient client = proxy.connect()) {
                    client.send(startup(database.user(), database.name()));
                    if (random.nextBoolean()) {
                        client.send(SCRAM_FIRST);
                    }
                    client.sendInPieces(message('p', noise), 1 + random.nextInt(50));
                    List<WireMessage> said = client.readUntilReady();
                    assertThat(WireMessage.tags(said)).matches("R+E!");
                    assertThat(said.get(said.size() - 2).sqlState()).isIn("08P01", "28P01", "28000", "0A000");
                }
            }
        }
        check.assertNothingLeft();
    }

    private static Stream<Arguments> steps() {
        return Stream.of(
                Arguments.of("before its password", CleartextAuthenticator.of(USERS), new byte[0][]),
                Arguments.of(
                        "within its password", CleartextAuthenticator.of(USERS), new byte[][] {{'p', 0, 0, 0, 9, 'x'}}),
                Arguments.of("behind its password", CleartextAuthenticator.of(USERS), new byte[][] {password("x")}),
                Arguments.of("before its md5 answer", Md5Authenticator.of(USERS), new byte[0][]),
                Arguments.of("before its first word", ScramAuthenticator.of(USERS), new byte[0][]),
                Arguments.of("behind its first word", ScramAuthenticator.of(USERS), new byte[][] {SCRAM_FIRST}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("steps")
    void aClientThatGoesEndsItsLogin(String name, Authenticator method, byte[][] answers) throws Exception {
        LeakCheck check = LeakCheck.begin();
        AtomicReference<CompletableFuture<Identity>> stage = new AtomicReference<>();
        Authenticator watched = login -> {
            CompletableFuture<Identity> future = method.authenticate(login).toCompletableFuture();
            stage.set(future);
            return future;
        };
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, watched)) {
            try (ScriptedClient client = proxy.connect()) {
                client.send(startup(database.user(), database.name()));
                assertThat(client.readMessage().tag()).isEqualTo('R');
                for (byte[] answer : answers) {
                    client.send(answer);
                }
                client.reset();
            }
            Await.until("the session is over", () -> proxy.server().sessionCount() == 0);
            Await.until("its stage is done", () -> stage.get().isDone());
        }
        check.assertNothingLeft();
    }

    @Test
    void whoGoesWhileSomebodyElseDecidesIsSeenToGo() throws Exception {
        CompletableFuture<Identity> undecided = new CompletableFuture<>();
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, login -> undecided)) {
            try (ScriptedClient client = proxy.connect()) {
                client.send(startup(database.user(), database.name()));
                Await.until("it logs in", () -> proxy.server().sessionCount() == 1);
            }
            Await.until("the session is over", () -> proxy.server().sessionCount() == 0);
            assertThat(undecided).isCancelled();
        }
    }

    @Test
    void whatNobodyAskedForIsNotRead() throws Exception {
        CompletableFuture<Identity> undecided = new CompletableFuture<>();
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, login -> undecided);
                ScriptedClient client = proxy.connect()) {
            client.send(startup(database.user(), database.name()));
            byte[] much = new byte[64 << 20];
            Thread sender = new Thread(() -> {
                try {
                    client.send(much);
                } catch (IOException closed) {
                    // it was too much
                }
            });
            sender.start();
            sender.join(500);

            assertThat(sender.isAlive()).as("it waits for somebody to read").isTrue();
            proxy.server().kill(proxy.server().sessions().get(0).id());
            sender.join(10_000);
            assertThat(sender.isAlive()).isFalse();
        }
    }

    @Test
    void theDeadlineOfTheLoginIsThatOfTheDialogueToo() throws Exception {
        CompletableFuture<Identity> undecided = new CompletableFuture<>();
        try (ProxyServer proxy = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream("postgresql://127.0.0.1:1")
                        .authenticator(login -> undecided)
                        .limits(Limits.builder()
                                .loginDeadline(Duration.ofMillis(200))
                                .build())
                        .build()
                        .start();
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.send(startup("me", "mine"));

            assertThat(client.expect("E!").get(0).sqlState()).isEqualTo("57014");
            assertThat(undecided).isCancelled();
        }
    }

    @Test
    void logsTellClassesAndNoSecret() throws Exception {
        Authenticator failing = login -> login.password().thenApply(password -> {
            throw new IllegalStateException("failed for " + new String(password.toCharArray()));
        });
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, UTF_8));
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, failing)) {
            proxy.tryLogin("me", "Tr0ub4dor");
        } finally {
            System.setErr(before);
        }
        assertThat(written.toString(UTF_8))
                .contains("java.lang.IllegalStateException")
                .doesNotContain("Tr0ub4dor");
    }

    @Test
    void anAuthenticatorThatFailsRefusesWithoutDetail() throws Exception {
        List<Authenticator> failing = List.of(
                login -> {
                    throw new IllegalStateException("s3cret");
                },
                login -> CompletableFuture.failedFuture(new IOException("s3cret")),
                login -> CompletableFuture.completedFuture(null),
                login -> null,
                login -> login.password().thenCombine(login.password(), (one, other) -> Identity.of(login)),
                ScramAuthenticator.of((user, base, workers) -> {
                    throw new IllegalStateException("s3cret");
                }));
        for (Authenticator each : failing) {
            try (AuthenticatedProxy proxy =
                    AuthenticatedProxy.before(database, each, AuthenticatedProxy.OPEN, HookChain.EMPTY)) {
                assertThat(proxy.refusal("me", "x")).isEqualTo("FATAL 28000 authentication failed for user \"me\"");
            }
        }
    }
}
