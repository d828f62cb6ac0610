package io.pgproxy.core.backend;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.leak.LeakCheck;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords that are looked for when a login needs them. */
@WithPostgres(
        hba = {
            "host all c_scram 127.0.0.1/32 scram-sha-256",
            "host all c_md5 127.0.0.1/32 md5",
            "host all c_clear 127.0.0.1/32 password"
        })
class CredentialsTest {
    private final TestDatabase database;

    @TempDir
    private Path directory;

    CredentialsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    static void roles(TestDatabase database) throws Exception {
        database.execute("set password_encryption = 'md5'; create role c_md5 login password 's3cr:et';"
                + "set password_encryption = 'scram-sha-256'; create role c_scram login password 's3cr:et';"
                + "create role c_clear login password 's3cr:et'");
    }

    private ProxyServer proxy(Credentials credentials) throws Exception {
        return proxy(credentials, Limits.DEFAULT);
    }

    private ProxyServer proxy(Credentials credentials, Limits limits) throws Exception {
        PostgresUrl url = new PostgresUrl(database.host(), database.port(), database.name(), credentials);
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(RemotePostgres.of(url))
                .limits(limits)
                .eventLoops(1)
                .build()
                .start();
    }

    private static String whoIs(ProxyServer proxy) throws Exception {
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("whoever", "", "postgres");
            client.send(query("select current_user"));
            return client.expect("TDCZ").get(1).values().get(0);
        }
    }

    private static String refusal(ProxyServer proxy) throws Exception {
        try (ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            List<WireMessage> seen =
                    client.tryLogin(FrontendBytes.PROTOCOL_3_0, Map.of("user", "u", "database", "postgres"), "");
            WireMessage error = seen.get(seen.size() - 2);
            return error.severity() + " " + error.sqlState() + " " + error.text();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c_scram", "c_md5", "c_clear"})
    void aSupplierIsAskedForEachLoginAndNotOnAnEventLoop(String role) throws Exception {
        List<String> threads = new ArrayList<>();
        List<char[]> given = new ArrayList<>();
        LeakCheck check = LeakCheck.begin();
        try (ProxyServer proxy = proxy(Credentials.supplied(role, () -> {
            threads.add(Thread.currentThread().getName());
            char[] password = "s3cr:et".toCharArray();
            given.add(password);
            return password;
        }))) {
            assertThat(threads).isEmpty();

            assertThat(whoIs(proxy)).isEqualTo(role);
            assertThat(whoIs(proxy)).isEqualTo(role);

            assertThat(threads).hasSize(2).allMatch(name -> name.equals("pgproxy-upstream-login"));
            assertThat(given).allSatisfy(password -> assertThat(password).containsOnly('\0'));
        }
        check.assertNothingLeft();
    }

    @Test
    void aPasswordMayChangeBetweenLogins() throws Exception {
        AtomicReference<String> token = new AtomicReference<>("s3cr:et");
        try (ProxyServer proxy =
                proxy(Credentials.supplied("c_scram", () -> token.get().toCharArray()))) {
            assertThat(whoIs(proxy)).isEqualTo("c_scram");
            token.set("old");
            assertThat(refusal(proxy)).startsWith("FATAL 28P01");
            token.set("");
            assertThat(refusal(proxy))
                    .isEqualTo("FATAL 28000 the upstream asks for a password, and the proxy has none");
            token.set("s3cr:et");
            assertThat(whoIs(proxy)).isEqualTo("c_scram");
        }
    }

    @Test
    void aSupplierThatFailsIsARefusalWithoutItsWords() throws Exception {
        LeakCheck check = LeakCheck.begin();
        AtomicReference<Throwable> failure = new AtomicReference<>(new IllegalStateException("hush: s3cr:et"));
        Credentials failing = Credentials.supplied("c_scram", () -> {
            if (failure.get() instanceof Error error) {
                throw error;
            }
            throw (Exception) failure.get();
        });
        try (ProxyServer proxy = proxy(failing)) {
            String refused = "FATAL 28000 the upstream asks for a password, and the proxy has none";
            assertThat(refusal(proxy)).isEqualTo(refused);
            failure.set(new NoClassDefFoundError("hush: s3cr:et"));
            assertThat(refusal(proxy)).isEqualTo(refused);
        }
        check.assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c_md5", "c_clear"})
    void aZeroCharacterCannotBeSent(String role) throws Exception {
        try (ProxyServer proxy = proxy(Credentials.supplied(role, () -> "a\0b".toCharArray()))) {
            assertThat(refusal(proxy)).startsWith("FATAL 28000");
        }
    }

    @Test
    void theLoginDeadlineInterruptsWhoLooksForTooLong() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        LeakCheck check = LeakCheck.begin();
        Credentials slow = Credentials.supplied("c_scram", () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
            }
            return "s3cr:et".toCharArray();
        });
        try (ProxyServer proxy = proxy(
                slow, Limits.builder().loginDeadline(Duration.ofMillis(300)).build())) {
            assertThat(refusal(proxy)).isEqualTo("FATAL 57014 canceling authentication due to timeout");
            Await.until("it is interrupted", interrupted::get);
            Await.until("nobody is left", () -> proxy.sessionCount() == 0);
        }
        check.assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c_scram", "c_md5", "c_clear"})
    void aPassfileOfTheUrlHasThePassword(String role) throws Exception {
        Path file = Files.writeString(
                directory.resolve("pass file"), "# ours\n*:" + database.port() + ":*:" + role + ":s3cr\\:et\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        String url = "postgresql://" + role + "@" + database.host() + ":" + database.port() + "/postgres?passfile="
                + file.toString().replace(" ", "%20");
        try (ProxyServer proxy = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(url)
                .build()
                .start()) {
            assertThat(whoIs(proxy)).isEqualTo(role);

            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

            assertThat(refusal(proxy))
                    .isEqualTo("FATAL 28000 the upstream asks for a password, and the proxy has none");
        }
    }
}
