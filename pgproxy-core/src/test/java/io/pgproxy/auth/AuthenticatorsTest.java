package io.pgproxy.auth;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.HookChain;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way to find out who a client is lets in whom it should, and tells all others the same. */
@WithPostgres
class AuthenticatorsTest {
    private static final char[] SECRET = "s\u00e9same".toCharArray();

    private final TestDatabase database;

    AuthenticatorsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void roles() throws Exception {
        for (String role : List.of("alice", "bob")) {
            database.execute("do $$ begin create role " + role
                    + " login; exception when duplicate_object or unique_violation then null; end $$");
        }
    }

    private static UserStore store() {
        Instant past = Instant.now().minusSeconds(1);
        return Users.builder()
                .user("alice", SECRET)
                .user(User.of("hashed", Md5Hash.of("hashed", SECRET)))
                .user(User.of("clear", ClearPassword.of(SECRET)))
                .user(User.of("argon", PasswordHash.of(SECRET)))
                .user(new User("none", null, null, Map.of()))
                .user(User.of("expired", ScramVerifier.of(SECRET)).withValidUntil(past))
                .user(User.of("expired_hash", Md5Hash.of("expired_hash", SECRET))
                        .withValidUntil(past))
                .build();
    }

    private static Stream<Arguments> methods() {
        return Stream.of(
                Arguments.of(
                        "cleartext", CleartextAuthenticator.of(store()), List.of("alice", "clear", "hashed", "argon")),
                Arguments.of("md5", Md5Authenticator.of(store()), List.of("clear", "hashed")),
                Arguments.of("scram", ScramAuthenticator.of(store()), List.of("alice", "clear")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("methods")
    void theRightPasswordOfAUserWithTheRightSecretLetsIn(String name, Authenticator method, List<String> users)
            throws Exception {
        Authenticator asAlice = login -> method.authenticate(login).thenApply(identity -> identity.withUser("alice"));
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, asAlice)) {
            for (String user : users) {
                try (ScriptedClient client = proxy.login(user, "s\u00e9same")) {
                    client.send(query("select current_user, current_database()"));
                    assertThat(client.expect("TDCZ").get(1).values()).containsExactly("alice", database.name());
                }
                assertThat(proxy.refusal(user, "sesame")).isEqualTo(invalid(user));
                assertThat(proxy.refusal(user, "")).isEqualTo(invalid(user));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("methods")
    void whoeverCannotLogInLooksLikeOneWhoMistypes(String name, Authenticator method, List<String> users)
            throws Exception {
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, method)) {
            String mistyped = shape(proxy.tryLogin(users.get(0), "wrong"), users.get(0));
            for (String user :
                    List.of("nobody", "alice", "hashed", "clear", "argon", "none", "expired", "expired_hash")) {
                if (!users.contains(user)) {
                    assertThat(shape(proxy.tryLogin(user, "s\u00e9same"), user))
                            .as(user)
                            .isEqualTo(mistyped);
                    assertThat(proxy.refusal(user, "s\u00e9same")).isEqualTo(invalid(user));
                }
            }
            Await.until("nobody is left", () -> proxy.server().sessions().isEmpty());
        }
    }

    /** What can be seen of a login but random bytes: types, codes, lengths, the number of iterations, and the error. */
    private static String shape(List<WireMessage> messages, String user) {
        StringBuilder shape = new StringBuilder();
        for (WireMessage message : messages) {
            shape.append(message.tag()).append(message.body().length);
            if (message.tag() == 'R') {
                shape.append(':').append(message.int32(0));
                String text = new String(message.body(), ISO_8859_1);
                shape.append(text.contains(",i=") ? text.substring(text.indexOf(",i=")) : "");
            } else if (message.tag() == 'E') {
                shape.append(message.toString().replace(user, "?"));
            }
            shape.append(' ');
        }
        return shape.toString().replaceAll("E[0-9]+", "E");
    }

    private static String invalid(String user) {
        return "FATAL 28P01 password authentication failed for user \"" + user + "\"";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("methods")
    void refusalsOfEachAreDelayed(String name, Authenticator method, List<String> users) throws Exception {
        Duration delay = Duration.ofMillis(300);
        AuthenticationOptions slow =
                AuthenticatedProxy.OPEN.withThrottle(new LoginThrottle(1, delay, delay, Duration.ofMinutes(1)));
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, method, slow, HookChain.EMPTY)) {
            assertThat(proxy.refusal(users.get(0), "wrong")).isEqualTo(invalid(users.get(0)));
            long begin = System.nanoTime();
            assertThat(proxy.refusal(users.get(0), "wrong")).isEqualTo(invalid(users.get(0)));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(delay);
        }
    }

    @Test
    void theSaltOfAnUnknownUserIsAlwaysTheSame() throws Exception {
        byte[] secret = new byte[16];
        Authenticator one = ScramAuthenticator.of(store()).withMockSecret(secret);
        Authenticator other = ScramAuthenticator.of(store()).withMockSecret(secret);
        try (AuthenticatedProxy first = AuthenticatedProxy.before(database, one);
                AuthenticatedProxy second = AuthenticatedProxy.before(database, other)) {
            String salt = salt(first, "nobody");

            assertThat(salt(first, "nobody")).isEqualTo(salt);
            assertThat(salt(second, "nobody")).isEqualTo(salt);
            assertThat(salt(first, "somebody")).isNotEqualTo(salt);
            assertThat(salt(first, "alice")).isEqualTo(salt(first, "alice"));
        }
    }

    private static String salt(AuthenticatedProxy proxy, String user) throws Exception {
        for (WireMessage message : proxy.tryLogin(user, "x")) {
            if (message.tag() == 'R' && message.int32(0) == 11) {
                String text = new String(message.body(), ISO_8859_1);
                return text.substring(text.indexOf(",s="));
            }
        }
        throw new AssertionError("no challenge");
    }

    @Test
    void theNumberOfIterationsOfUnknownUsersCanBeThatOfTheOthers() throws Exception {
        ScramVerifier strong = ScramVerifier.of(SECRET, new byte[16], 10_000);
        Authenticator scram = ScramAuthenticator.of(Users.of(List.of(User.of("alice", strong))))
                .withIterations(10_000);
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, scram)) {
            assertThat(salt(proxy, "nobody")).endsWith(",i=10000");
            proxy.login("alice", "s\u00e9same").close();
        }
        assertThatThrownBy(() -> ScramAuthenticator.of(store()).withIterations(4_095))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void trustAsksNothing() throws Exception {
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, Authenticator.trust())) {
            assertThat(WireMessage.tags(proxy.tryLogin("alice", "whatever"))).matches("RS+KZ!?");
        }
    }

    @Test
    void passwordsInClearNeedEncryptionUnlessTheyAreAllowed() throws Exception {
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(
                database, CleartextAuthenticator.of(store()), AuthenticationOptions.DEFAULT, HookChain.EMPTY)) {
            List<WireMessage> messages = proxy.tryLogin("alice", "s\u00e9same");

            assertThat(WireMessage.tags(messages)).isEqualTo("E!"); // not even asked
            assertThat(messages.get(0).sqlState()).isEqualTo("28000");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cleartext", "md5", "scram"})
    void pgjdbcLogsInByEach(String method) throws Exception {
        UserStore store = Users.of(List.of(User.of("alice", ClearPassword.of(SECRET))));
        Authenticator authenticator = method.equals("scram")
                ? ScramAuthenticator.of(store)
                : method.equals("md5") ? Md5Authenticator.of(store) : CleartextAuthenticator.of(store);
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, authenticator)) {
            try (Connection connection = proxy.jdbc("alice", "s\u00e9same");
                    ResultSet rows = connection.createStatement().executeQuery("select current_user")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("alice");
            }
            assertThatThrownBy(() -> proxy.jdbc("alice", "wrong"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void aSessionEndsWhenItsUserExpires() throws Exception {
        User soon = User.of("alice", ScramVerifier.of(SECRET))
                .withValidUntil(Instant.now().plus(Duration.ofMillis(1_500)));
        try (AuthenticatedProxy proxy =
                        AuthenticatedProxy.before(database, ScramAuthenticator.of(Users.of(List.of(soon))));
                ScriptedClient client = proxy.login("alice", "s\u00e9same")) {
            assertThat(ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");

            WireMessage last = client.expect("E!").get(0);

            assertThat(last.sqlState()).isEqualTo("57P01");
            assertThat(last.severity()).isEqualTo("FATAL");
            assertThat(proxy.refusal("alice", "s\u00e9same")).isEqualTo(invalid("alice"));
        }
    }

    @Test
    void aSessionEndsWhenItsUserIsRemovedAndNotWhenTheStoreFails() throws Exception {
        User alice = User.of("alice", ScramVerifier.of(SECRET));
        AtomicReference<UserStore> store = new AtomicReference<>(Users.of(List.of(alice)));
        AtomicInteger failures = new AtomicInteger();
        AuthenticationOptions options = AuthenticatedProxy.OPEN.withRecheck(Duration.ofMillis(20));
        UserStore changing = (user, base, workers) -> store.get().find(user, base, workers);
        try (AuthenticatedProxy proxy =
                        AuthenticatedProxy.before(database, ScramAuthenticator.of(changing), options, HookChain.EMPTY);
                ScriptedClient client = proxy.login("alice", "s\u00e9same")) {
            store.set((user, base, workers) -> {
                failures.incrementAndGet();
                throw new IllegalStateException("it is away");
            });
            Await.until("it was asked", () -> failures.get() > 2);
            assertThat(ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");

            store.set(Users.of(List.of()));
            WireMessage last = client.expect("E!").get(0);

            assertThat(last.severity() + " " + last.sqlState()).isEqualTo("FATAL 57P01");
        }
    }
}
