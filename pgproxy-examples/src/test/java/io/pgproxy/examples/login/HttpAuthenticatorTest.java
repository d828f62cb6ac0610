package io.pgproxy.examples.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.pgproxy.auth.AuthenticationOptions;
import io.pgproxy.auth.LoginThrottle;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service on this machine that decides who comes in. */
@WithPostgres
class HttpAuthenticatorTest {
    private final List<String> forms = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final TestDatabase database;
    private HttpServer service;
    private ProxyServer proxy;
    private volatile int status = 204;

    HttpAuthenticatorTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.setExecutor(threads);
        service.createContext("/login", exchange -> {
            forms.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII));
            if (status == 0) {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            exchange.sendResponseHeaders(Math.max(status, 200), -1);
            exchange.close();
        });
        service.start();
        URI uri = URI.create("http://127.0.0.1:" + service.getAddress().getPort() + "/login");
        HttpClient http = HttpClient.newBuilder().executor(threads).build();
        proxy = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + database.user() + "@" + database.host() + ":" + database.port())
                .authenticator(
                        new HttpAuthenticator(http, uri, Duration.ofSeconds(1)),
                        AuthenticationOptions.DEFAULT
                                .withThrottle(LoginThrottle.NONE)
                                .allowUnencryptedPasswords())
                .drainDeadline(Duration.ZERO)
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        proxy.close();
        service.stop(0);
        threads.shutdownNow();
    }

    private Connection connect(String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "ada&user=root");
        properties.setProperty("password", password);
        properties.setProperty("sslmode", "disable");
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database.name(), properties);
    }

    private String refusal() {
        try (Connection connection = connect("guessed")) {
            return "in, closed: " + connection.isClosed();
        } catch (SQLException refused) {
            return refused.getSQLState();
        }
    }

    @Test
    void theServiceIsToldWhoItIsAndLetsIn() throws Exception {
        try (Connection connection = connect("p&=\u20ac %")) {
            assertThat(connection.isValid(5)).isTrue();
        }
        assertThat(forms).singleElement().satisfies(form -> {
            assertThat(form).startsWith("user=ada%26user%3Droot&database=" + database.name() + "&client=");
            String password = form.substring(form.lastIndexOf("&password=") + 10);
            assertThat(URLDecoder.decode(password, StandardCharsets.UTF_8)).isEqualTo("p&=\u20ac %");
        });
    }

    @Test
    void whoeverItDoesNotLetInIsRefused() {
        status = 401;
        assertThat(refusal()).isEqualTo("28P01");
        status = 403;
        assertThat(refusal()).isEqualTo("28P01");
    }

    @Test
    void anyOtherAnswerAndNoneLetNobodyIn() {
        for (int odd : List.of(200, 302, 500, 0)) {
            status = odd;
            assertThat(refusal()).as("status " + odd).isEqualTo("28000");
        }
        assertThat(forms).hasSize(4);
    }

    @Test
    void passwordsDoNotTravelInClear() {
        HttpClient http = HttpClient.newHttpClient();
        for (String clear : List.of("http://auth.example/login", "ftp://127.0.0.1/")) {
            assertThatThrownBy(() -> new HttpAuthenticator(http, URI.create(clear), Duration.ofSeconds(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new HttpAuthenticator(http, URI.create("https://auth.example/login"), Duration.ofSeconds(1)))
                .isNotNull();
    }
}
