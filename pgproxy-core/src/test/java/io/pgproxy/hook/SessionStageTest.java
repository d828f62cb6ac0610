package io.pgproxy.hook;

import static io.pgproxy.hook.Told.ask;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hooks see a session from its start-up packet to its end. */
@WithPostgres
class SessionStageTest {
    private static final Attribute<String> TENANT = Attribute.named("tenant");

    private final TestDatabase database;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private @Nullable HookedProxy proxy;
    private Function<Session, Verdict<Terms>> authenticated = session -> Verdict.proceed();

    SessionStageTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        proxy = HookedProxy.before(
                database, QueryHook.all(new Watched(), QueryHook.rewrite(SessionStageTest::withTenant)));
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private static Verdict<String> withTenant(Statement statement) {
        return statement.sql().contains("'tenant'")
                ? Verdict.of(statement
                        .sql()
                        .replace("'tenant'", "'" + statement.session().require(TENANT) + "'"))
                : Verdict.proceed();
    }

    private final class Watched implements SessionHook {
        @Override
        public Verdict<Startup> connected(Session session, Startup startup) {
            seen.add("connected " + session.user() + " " + session.database());
            String name = startup.parameter("application_name");
            return "refused".equals(name)
                    ? Verdict.reject("28000", "not from there")
                    : Verdict.of(startup.with("application_name", "tagged " + name));
        }

        @Override
        public Verdict<Terms> authenticated(Session session) {
            seen.add("authenticated " + session.setting("application_name"));
            return authenticated.apply(session);
        }

        @Override
        public Verdict<Void> reported(Session session, String setting, String value) {
            return setting.equals("TimeZone") && value.equals("Asia/Tokyo")
                    ? Verdict.reject("42501", "not in this zone")
                    : Verdict.proceed();
        }

        @Override
        public void closed(Session session) {
            seen.add("closed " + session.get(TENANT));
        }
    }

    private String login(ScriptedClient client, String applicationName) throws Exception {
        StringBuilder answer = new StringBuilder();
        for (WireMessage message : client.tryLogin(
                FrontendBytes.PROTOCOL_3_0,
                Map.of("user", database.user(), "database", database.name(), "application_name", applicationName),
                database.password())) {
            switch (message.tag()) {
                case 'E' -> answer.append(message.severity()).append(' ').append(message.sqlState());
                case 'N' -> answer.append("N(").append(message.text()).append(") ");
                case 'Z' -> answer.append("ready");
                default -> {}
            }
        }
        return answer.toString();
    }

    @Test
    void whatTheUpstreamIsAskedForCanBeChanged() throws Exception {
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            assertThat(login(client, "mine")).isEqualTo("ready");
            assertThat(ask(client, "select current_setting('application_name') as a"))
                    .isEqualTo("T[a] D[tagged mine] C(SELECT 1) ZI");
        }
        Await.until("it is closed", () -> seen.size() == 3);
        assertThat(seen)
                .containsExactly(
                        "connected " + database.user() + " " + database.name(),
                        "authenticated tagged mine",
                        "closed null");
    }

    @Test
    void aClientIsRejectedBeforeOrAfterItsLogin() throws Exception {
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            assertThat(login(client, "refused")).isEqualTo("FATAL 28000");
        }
        authenticated = session -> Verdict.reject("42501", "not today");
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            assertThat(login(client, "mine")).isEqualTo("FATAL 42501");
        }
        authenticated = session -> {
            throw new IllegalStateException("a bug");
        };
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            assertThat(login(client, "mine")).isEqualTo("FATAL 58000");
        }
        Await.until(
                "each is closed",
                () -> seen.stream().filter("closed null"::equals).count() == 3);
        assertThat(seen.stream().filter(one -> one.startsWith("authenticated"))).hasSize(2);
    }

    @Test
    void replicationIsRefusedWhereHooksReadSql() throws Exception {
        for (String asked : List.of("true", "database", "1")) {
            assertThat(loginForReplication(asked)).as(asked).isEqualTo("FATAL 0A000");
        }
        assertThat(loginForReplication("off")).isEqualTo("ready");
    }

    private String loginForReplication(String asked) throws Exception {
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            List<WireMessage> answer = client.tryLogin(
                    FrontendBytes.PROTOCOL_3_0,
                    Map.of("user", database.user(), "database", database.name(), "replication", asked),
                    database.password());
            return answer.stream()
                    .filter(message -> message.tag() == 'E')
                    .map(message -> message.severity() + " " + message.sqlState())
                    .findFirst()
                    .orElse("ready");
        }
    }

    @Test
    void attributesSetLateAreThereForTheFirstStatement() throws Exception {
        authenticated = session -> {
            CompletableFuture<Verdict<Terms>> later = new CompletableFuture<>();
            session.executor().execute(() -> {
                session.set(TENANT, "acme");
                session.notice("welcome");
                later.complete(Verdict.proceed());
            });
            return Verdict.defer(later);
        };
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            String answer = login(client, "mine");
            client.send(FrontendBytes.query("select 'tenant' as a"));
            assertThat(answer + " " + Told.next(client)).contains("N(welcome)").contains("T[a] D[acme] C(SELECT 1) ZI");
        }
        Await.until("it is closed", () -> seen.contains("closed acme"));
    }

    @Test
    void aSettingThatIsReportedCanEndTheSession() throws Exception {
        try (ScriptedClient client = proxy.client()) {
            assertThat(ask(client, "set timezone to 'Europe/Berlin'"))
                    .contains("C(SET)")
                    .endsWith("ZI");
            client.send(FrontendBytes.query("set timezone to 'Asia/Tokyo'"));
            List<WireMessage> answer = client.readUntilReady();
            assertThat(answer.get(answer.size() - 1)).isEqualTo(WireMessage.END);
            assertThat(answer)
                    .filteredOn(message -> message.tag() == 'E')
                    .singleElement()
                    .satisfies(error -> {
                        assertThat(error.severity()).isEqualTo("FATAL");
                        assertThat(error.sqlState()).isEqualTo("42501");
                    });
        }
        Await.until("it is closed", () -> seen.contains("closed null"));
    }

    @Test
    void droppedSessionsAreClosedOnce() throws Exception {
        CompletableFuture<Session> session = new CompletableFuture<>();
        authenticated = one -> {
            session.complete(one);
            return Verdict.proceed();
        };
        try (ScriptedClient client = proxy.client()) {
            client.send(FrontendBytes.query("select pg_sleep(30)"));
            session.get().drop();
            session.get().drop();
            client.awaitEnd();
        }
        Await.until("it is closed", () -> seen.contains("closed null"));
        try (ScriptedClient next = proxy.client()) {
            assertThat(ask(next, "select 1 as a")).endsWith("ZI");
            assertThat(seen).containsOnlyOnce("closed null");
        }
    }

    @Test
    void anAbortedClientIsClosedOnce() throws Exception {
        ScriptedClient client = proxy.client();
        client.send(FrontendBytes.query("begin"), FrontendBytes.query("select pg_sleep(30)"));
        client.reset();
        Await.until("it is closed", () -> seen.contains("closed null"));
        assertThat(seen).containsOnlyOnce("closed null");
    }

    @Test
    void aHookAsksTheUpstreamBesideTheSession() throws Exception {
        authenticated = session -> Verdict.defer(session.query(
                        "select $1 || current_user, $2::text", Arrays.asList("user ", null))
                .thenApply(rows -> {
                    session.set(
                            TENANT,
                            rows.rows().get(0).get(0) + rows.rows().get(0).get(1));
                    return Verdict.proceed();
                }));
        try (ScriptedClient client = proxy.client()) {
            assertThat(ask(client, "select 'tenant' as a"))
                    .isEqualTo("T[a] D[user " + database.user() + "null] C(SELECT 1) ZI");
        }
    }

    @Test
    void suchAQueryFailsWithItsError() throws Exception {
        assertThat(failure("select 1/0")).isEqualTo("22012");
        assertThat(failure("no sql")).isEqualTo("42601");
        assertThat(failure("select n from generate_series(1, 10001) n")).isEqualTo("54000");
        assertThat(failure("select n from generate_series(1, 10000) n")).isEqualTo("none");
        assertThat(failure("select repeat('x', 1000000) from generate_series(1, 20) n"))
                .isEqualTo("54000");
        assertThat(failure("select 1")).isEqualTo("none");
    }

    private String failure(String sql) throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        authenticated = session -> Verdict.defer(session.query(sql, List.of()).handle((rows, failure) -> {
            told.complete(failure == null ? "none" : state(failure));
            return Verdict.proceed();
        }));
        try (ScriptedClient client = proxy.client()) {
            assertThat(ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
        }
        return told.get();
    }

    private static String state(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof QueryFailedException query ? query.error().sqlState() : String.valueOf(cause);
    }

    @Test
    void withoutCredentialsOfItsOwnTheProxyCannotAsk(
            @WithPostgres(name = "strict", hba = "host all keeper 127.0.0.1/32 scram-sha-256") TestDatabase strict)
            throws Exception {
        strict.execute("create role keeper login password 'secret'");
        CompletableFuture<String> told = new CompletableFuture<>();
        try (ProxyServer relaying = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + strict.host() + ":" + strict.port())
                .hook(
                        "asking",
                        QueryHook.session(session -> Verdict.defer(
                                session.query("select 1", List.of()).handle((rows, failure) -> {
                                    told.complete(failure == null ? "none" : state(failure));
                                    return Verdict.proceed();
                                }))))
                .build()
                .start()) {
            try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", relaying.port())) {
                client.login("keeper", "secret", strict.name());
                assertThat(ask(client, "select 1 as a")).isEqualTo("T[a] D[1] C(SELECT 1) ZI");
            }
        }
        assertThat(told.get()).isEqualTo("28000");
    }
}
