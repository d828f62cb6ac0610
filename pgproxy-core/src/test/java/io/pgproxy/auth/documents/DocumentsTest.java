package io.pgproxy.auth.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.auth.AuthenticationOptions;
import io.pgproxy.auth.Authenticator;
import io.pgproxy.auth.LoginThrottle;
import io.pgproxy.auth.ScramVerifier;
import io.pgproxy.auth.UserStore;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/authentication.md: its programs are the classes beside this one, and what it lists is all there is. */
@WithPostgres
class DocumentsTest {
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```$");
    private static final Path SOURCES = Path.of("src/test/java/io/pgproxy/auth/documents");

    private final TestDatabase database;
    private final String upstream;

    DocumentsTest(TestDatabase database) {
        this.database = database;
        this.upstream = "postgresql://" + database.host() + ":" + database.port();
    }

    @BeforeEach
    void roles() throws Exception {
        database.execute("drop role if exists app, guest; create role app login; create role guest login");
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("../docs/authentication.md"));
    }

    private static String source(String name) throws IOException {
        String source = Files.readString(SOURCES.resolve(name));
        return source.substring(source.indexOf("import "));
    }

    @Test
    void theDocumentHasThesePrograms() throws IOException {
        assertThat(JAVA.matcher(document()).results().map(block -> block.group(1)))
                .containsExactly(source("GuardedShop.java"), source("ApiTokens.java"));
    }

    @Test
    void anAuthenticatorOfOnesOwnTakesLessThanTwentyLines() throws IOException {
        assertThat(source("ApiTokens.java").lines().filter(line -> !line.startsWith("import") && !line.isBlank()))
                .hasSizeLessThan(20);
    }

    private String user(ScriptedClient client) throws IOException {
        client.send(FrontendBytes.query("select current_user"));
        return String.valueOf(client.expect("TDCZ").get(1).values().get(0));
    }

    @Test
    void theFileLetsIn(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("userlist.txt");
        Files.writeString(
                file, "\"app\" \"" + ScramVerifier.of("x".toCharArray()).text() + "\"\n");
        try (ProxyServer proxy = GuardedShop.withFile(upstream, file);
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("app", "x", database.name());
            assertThat(user(client)).isEqualTo("app");
        }
    }

    @Test
    void theGuestIsLetInForATime() throws Exception {
        try (ProxyServer proxy = GuardedShop.withGuest(
                        upstream, "x".toCharArray(), Instant.now().plusSeconds(60));
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("guest", "x", database.name());
            assertThat(user(client)).isEqualTo("guest");
        }
        try (ProxyServer proxy = GuardedShop.withGuest(upstream, "x".toCharArray(), Instant.now());
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            Map<String, String> startup = Map.of("user", "guest", "database", database.name());
            assertThat(WireMessage.tags(client.tryLogin(FrontendBytes.PROTOCOL_3_0, startup, "x")))
                    .isEqualTo("RRE!");
        }
    }

    @Test
    void theTokenTellsTheTenant() throws Exception {
        AtomicReference<String> tenant = new AtomicReference<>();
        SessionHook seeing = session -> {
            tenant.set(session.require(ApiTokens.TENANT));
            return Verdict.proceed();
        };
        Authenticator tokens = ApiTokens.of(token -> new String(token).equals("t0ken") ? "acme" : "");
        AuthenticationOptions clear = AuthenticationOptions.DEFAULT.allowUnencryptedPasswords();
        try (ProxyServer proxy = ProxyServer.builder()
                        .listen("127.0.0.1", 0)
                        .upstream(upstream)
                        .authenticator(tokens, clear)
                        .hook("seeing", seeing)
                        .build()
                        .start();
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port());
                ScriptedClient other = ScriptedClient.connect("127.0.0.1", proxy.port())) {
            client.login("anybody", "t0ken", database.name());
            assertThat(user(client)).isEqualTo("app");
            assertThat(tenant).hasValue("acme");
            assertThat(WireMessage.tags(other.tryLogin(FrontendBytes.PROTOCOL_3_0, Map.of("user", "anybody"), "token")))
                    .isEqualTo("RE!");
        }
    }

    @Test
    void everyAuthenticatorStoreAndOptionIsDocumented() throws Exception {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> sources = Files.newDirectoryStream(Path.of("src/main/java/io/pgproxy/auth"))) {
            for (Path each : sources) {
                Class<?> type = Class.forName("io.pgproxy.auth."
                        + each.getFileName().toString().replace(".java", "").replace("package-info", "Login"));
                if (!type.isInterface()
                        && (Authenticator.class.isAssignableFrom(type) || UserStore.class.isAssignableFrom(type))) {
                    names.add(type.getSimpleName());
                }
            }
        }
        for (Class<?> type : List.of(AuthenticationOptions.class, LoginThrottle.class)) {
            for (RecordComponent component : type.getRecordComponents()) {
                names.add(component.getName());
            }
        }
        String document = document();

        assertThat(names)
                .hasSizeGreaterThan(12)
                .allSatisfy(name -> assertThat(document).containsPattern("(?m)^\\|[^|]*`" + name + "`"));
    }
}
