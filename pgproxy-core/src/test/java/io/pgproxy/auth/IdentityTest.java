package io.pgproxy.auth;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.PROTOCOL_3_0;
import static io.pgproxy.testkit.peer.FrontendBytes.password;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.startup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.SessionView;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.Route;
import io.pgproxy.hook.RouteHook;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of an identity: the session's user and database, its attributes, its login upstream. */
@WithPostgres(hba = {"host all i_service 127.0.0.1/32 scram-sha-256", "host all i_asked 127.0.0.1/32 scram-sha-256"})
class IdentityTest {
    private static final Attribute<String> TENANT = Attribute.named("tenant");

    private final TestDatabase database;

    IdentityTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void roles() throws Exception {
        database.execute("drop role if exists i_service, i_asked, i_app; create role i_app login;"
                + "create role i_service login password 's3rvice'; create role i_asked login password 'x'");
    }

    private List<String> who(ScriptedClient client) throws Exception {
        client.send(query("select current_user, current_database(), current_setting('application_name')"));
        return client.expect("TDCZ").get(1).values().stream()
                .map(String::valueOf)
                .toList();
    }

    private ScriptedClient login(AuthenticatedProxy proxy, String user) throws Exception {
        ScriptedClient client = proxy.connect();
        client.login(PROTOCOL_3_0, Map.of("user", user, "application_name", "me"), "");
        return client;
    }

    @Test
    void userAndDatabaseAreThoseOfTheIdentityAndAllElseTheClients() throws Exception {
        Authenticator mapped = login -> CompletableFuture.completedFuture(
                Identity.of(login).withUser("i_app").withDatabase(database.name()));
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, mapped);
                ScriptedClient client = login(proxy, "somebody")) {
            assertThat(who(client)).containsExactly("i_app", database.name(), "me");

            SessionView view = proxy.server().sessions().get(0);
            assertThat(view.user()).isEqualTo("i_app");
            assertThat(view.database()).isEqualTo(database.name());
            assertThat(view.application()).isEqualTo("me");
        }
    }

    @Test
    void hooksSeeTheIdentityFromTheirFirstCallOn() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        SessionHook hook = new SessionHook() {
            @Override
            public Verdict<Startup> connected(Session session, Startup startup) {
                seen.add(session.user() + " " + session.database() + " " + session.require(TENANT));
                return Verdict.proceed();
            }

            @Override
            public Verdict<Terms> authenticated(Session session) {
                seen.add(session.require(TENANT));
                return Verdict.proceed();
            }
        };
        Authenticator mapped = login -> CompletableFuture.completedFuture(Identity.of(login)
                .withUser("i_app")
                .withDatabase(database.name())
                .with(TENANT, "acme"));
        HookChain hooks = HookChain.builder().hook("seeing", hook).build();
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, mapped, AuthenticatedProxy.OPEN, hooks);
                ScriptedClient client = login(proxy, "somebody")) {
            assertThat(seen).containsExactly("i_app " + database.name() + " acme", "acme");
            assertThat(who(client)).contains("i_app");
        }
    }

    @Test
    void attributesOfAUserOfAStoreAreThoseOfItsSessions() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>();
        SessionHook hook = session -> {
            seen.set(session.require(TENANT));
            return Verdict.proceed();
        };
        User user = User.of("i_app", ScramVerifier.of("x".toCharArray())).with(TENANT, "acme");
        HookChain hooks = HookChain.builder().hook("seeing", hook).build();
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(
                        database, ScramAuthenticator.of(Users.of(List.of(user))), AuthenticatedProxy.OPEN, hooks);
                ScriptedClient client = proxy.login("i_app", "x")) {
            assertThat(seen).hasValue("acme");
            assertThat(client.processId()).isNotZero();
        }
    }

    @Test
    void credentialsOfTheIdentityLogInUpstream() throws Exception {
        Authenticator service = login -> CompletableFuture.completedFuture(Identity.of(login)
                .withDatabase(database.name())
                .withCredentials(Credentials.of("i_service", "s3rvice".toCharArray())));
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, service);
                ScriptedClient client = login(proxy, "somebody")) {
            assertThat(who(client)).containsExactly("i_service", database.name(), "me");
            assertThat(proxy.server().sessions().get(0).user()).isEqualTo("somebody");
        }
    }

    @Test
    void queriesOfHooksUseTheCredentialsOfTheSessionsIdentityAndNoOthers() throws Exception {
        AtomicReference<Credentials> found =
                new AtomicReference<>(Credentials.of("i_service", "s3rvice".toCharArray()));
        Authenticator service = login -> CompletableFuture.completedFuture(
                Identity.of(login).withDatabase(database.name()).withCredentials(found.get()));
        List<String> seen = new CopyOnWriteArrayList<>();
        SessionHook hook = session ->
                Verdict.defer(session.query("select current_user", List.of()).handle((rows, failure) -> {
                    seen.add(failure == null ? String.valueOf(rows.rows().get(0).get(0)) : failure.toString());
                    return Verdict.proceed();
                }));
        HookChain hooks = HookChain.builder().hook("asking", hook).build();
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, service, AuthenticatedProxy.OPEN, hooks);
                ScriptedClient first = login(proxy, "somebody")) {
            found.set(Credentials.trusted("i_app"));
            try (ScriptedClient second = login(proxy, "somebody")) {
                assertThat(who(first)).contains("i_service");
                assertThat(who(second)).contains("i_app");
                assertThat(seen).containsExactly("i_service", "i_app");
            }
        }
    }

    @Test
    void anIdentityThatIsOverAlreadyHasNoSession() throws Exception {
        Authenticator late = login -> CompletableFuture.completedFuture(Identity.of(login)
                .withUser("i_app")
                .withValidUntil(Instant.now().minusSeconds(1)));
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, late);
                ScriptedClient client = proxy.connect()) {
            client.send(startup("somebody", database.name()));

            List<WireMessage> messages = new ArrayList<>();
            do {
                messages.addAll(client.readUntilReady());
            } while (messages.get(messages.size() - 1).tag() != '!');
            assertThat(messages.get(messages.size() - 2).sqlState()).isEqualTo("57P01");
        }
    }

    @Test
    void wrongCredentialsAreTheServersRefusal() throws Exception {
        Authenticator service = login -> CompletableFuture.completedFuture(
                Identity.of(login).withCredentials(Credentials.of("i_service", "wrong".toCharArray())));
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, service)) {
            assertThat(proxy.refusal("somebody", "")).startsWith("FATAL 28P01");
        }
    }

    @Test
    void credentialsOfTheIdentityLogInToFurtherUpstreamsToo() throws Exception {
        Authenticator service = login -> CompletableFuture.completedFuture(
                Identity.of(login).withCredentials(Credentials.of("i_service", "s3rvice".toCharArray())));
        RouteHook away = exchange -> Verdict.of(new Route.One("other"));
        String url = "postgresql://" + database.host() + ":" + database.port();
        try (ProxyServer proxy = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(url)
                        .upstream("other", url)
                        .authenticator(service)
                        .hook("away", away)
                        .build()
                        .start();
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("somebody", "", database.name());
            client.send(query("select current_user, pg_backend_pid()"));
            List<?> row = client.expect("TDCZ").get(1).values();
            assertThat(row.get(0)).isEqualTo("i_service");
            assertThat(row.get(1)).isNotEqualTo(String.valueOf(client.processId()));
        }
    }

    @Test
    void anUpstreamThatAsksTheClientAgainIsNotRelayed() throws Exception {
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, Authenticator.trust())) {
            List<WireMessage> messages = proxy.tryLogin("i_asked", "x");

            assertThat(WireMessage.tags(messages)).isEqualTo("E!");
            assertThat(messages.get(0).sqlState()).isEqualTo("28000");
            assertThat(messages.get(0).severity()).isEqualTo("FATAL");
            assertThat(messages.get(0).field('H')).contains("credentials");
        }
    }

    @Test
    void whatIsSentBehindTheAnswersIsHeardWhenTheLoginIsOver() throws Exception {
        UserStore users = Users.builder().user("i_app", "x".toCharArray()).build();
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, CleartextAuthenticator.of(users));
                ScriptedClient client = proxy.connect()) {
            client.send(startup("i_app", database.name()), password("x"), query("select 1 as early"));

            assertThat(WireMessage.tags(client.readUntilReady())).matches("RRS+KZ");
            assertThat(WireMessage.tags(client.readUntilReady())).isEqualTo("TDCZ");
        }
    }

    @Test
    void cancelRequestsAreAskedNothing() throws Exception {
        UserStore users = Users.builder().user("i_app", "x".toCharArray()).build();
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, ScramAuthenticator.of(users));
                ScriptedClient client = proxy.login("i_app", "x")) {
            client.send(query("select pg_sleep(60)"));
            String running = "select count(*) from pg_stat_activity where state = 'active' and pid = ";
            Await.until(
                    "it runs",
                    () -> database.query(running + client.processId())
                            .get(0)
                            .get(0)
                            .equals("1"));
            ScriptedClient.cancel("127.0.0.1", proxy.server().port(), client.processId(), client.secretKey());
            assertThat(WireMessage.tags(client.readUntilReady())).matches("T?EZ");
        }
    }

    @Test
    void aBlockingCheckRunsOnAWorkerAndItsPasswordIsForgotten() throws Exception {
        AtomicReference<Password> kept = new AtomicReference<>();
        AtomicReference<String> thread = new AtomicReference<>();
        Authenticator check = Authenticator.blocking((login, password) -> {
            thread.set(Thread.currentThread().getName());
            kept.set(password);
            if (!password.isSame("open".toCharArray())) {
                throw LoginRefusedException.invalidPassword(login.user());
            }
            return Identity.of(login).withUser("i_app");
        });
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, check)) {
            try (ScriptedClient client = proxy.login("somebody", "open")) {
                assertThat(ask(client, "select current_user")).contains("D[i_app]");
            }
            assertThat(thread.get()).startsWith("pgproxy-login");
            assertThat(kept.get().toByteArray()).containsOnly(0);
            assertThat(proxy.refusal("somebody", "sesame")).startsWith("FATAL 28P01");
        }
    }

    @Test
    void stepsMayFollowEachOtherFromAnyThread() throws Exception {
        ScramVerifier verifier = ScramVerifier.of("x".toCharArray());
        Md5Hash hash = Md5Hash.of("somebody", "x".toCharArray());
        Authenticator both = login -> CompletableFuture.supplyAsync(() -> verifier, login.workers())
                .thenCompose(login::scram)
                .thenComposeAsync(proven -> proven.md5(hash), login.workers())
                .thenComposeAsync(proven -> proven.password(), login.workers())
                .thenApplyAsync(password -> Identity.of(login).withUser("i_app"), login.workers());
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, both)) {
            List<WireMessage> messages = proxy.tryLogin("somebody", "x");
            assertThat(messages.stream().filter(message -> message.tag() == 'R').map(message -> message.int32(0)))
                    .containsExactly(10, 11, 12, 5, 3, 0);
        }
    }

    @Test
    void aBlockingCheckMayHaveThreadsOfTheHosts() throws Exception {
        Authenticator elsewhere = Authenticator.blocking(
                (login, password) -> Identity.of(login).withUser("i_app"), task -> new Thread(task).start());
        Authenticator busy = Authenticator.blocking((login, password) -> Identity.of(login), task -> {
            throw new RejectedExecutionException();
        });
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, elsewhere)) {
            assertThat(WireMessage.tags(proxy.tryLogin("somebody", "x"))).endsWith("Z");
        }
        try (AuthenticatedProxy proxy = AuthenticatedProxy.before(database, busy)) {
            assertThat(proxy.refusal("somebody", "x")).startsWith("FATAL 53300");
        }
    }

    @Test
    void aServerThatStopsTellsThoseWhoLogIn() throws Exception {
        AuthenticatedProxy proxy = AuthenticatedProxy.before(database, Authenticator.blocking((login, password) -> {
            throw new AssertionError("nobody has answered");
        }));
        try (ScriptedClient client = proxy.connect()) {
            client.send(startup("somebody", database.name()));
            client.expectNext("R");

            proxy.close();

            assertThat(client.expect("E!").get(0).sqlState()).isEqualTo("57P01");
        }
    }

    @Test
    void anIdentityHasAUserAndADatabaseAndShowsNoSecret() {
        assertThatThrownBy(() -> new Identity("", "a", Map.of(), null, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Identity("a", "b\0", Map.of(), null, null))
                .isInstanceOf(IllegalArgumentException.class);
        Identity identity =
                new Identity("a", "b", Map.of(TENANT, "acme"), Credentials.of("c", "s3cret".toCharArray()), null);
        assertThat(identity).hasToString("Identity[user=a, database=b]");
    }

    @Test
    void thereIsOneAuthenticator() {
        assertThatThrownBy(() -> ProxyServer.builder()
                        .authenticator(Authenticator.trust())
                        .authenticator(Authenticator.trust()))
                .isInstanceOf(IllegalStateException.class);
    }
}
