package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgproxy.audit.Audit;
import io.pgproxy.audit.AuditSink;
import io.pgproxy.audit.ExecutionRecord;
import io.pgproxy.core.Limits;
import io.pgproxy.core.LocalClient;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.SessionView;
import io.pgproxy.core.backend.RemotePostgres;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.ready.ApplicationName;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** psql through a proxy that listens on a Unix domain socket alone, to a server that it reaches by another. */
@WithPostgres(
        settings = {"unix_socket_directories=/tmp"},
        hba = {"local all all trust"})
class UnixSocketTest {
    private static final int PORT = 6432;

    private final TestDatabase database;

    @TempDir
    private Path directory;

    UnixSocketTest(TestDatabase database) {
        this.database = database;
        assumeTrue(
                Files.exists(Path.of("/tmp/.s.PGSQL." + database.port())),
                "a server in a container has its socket there");
    }

    @BeforeAll
    static void psql() {
        Psql.isThere();
    }

    private ProxyServer start(Limits limits) throws IOException {
        return ProxyServer.builder()
                .listenUnix(directory.resolve(".s.PGSQL." + PORT))
                .upstream(upstream())
                .limits(limits)
                .hook("name", ApplicationName.behindOwnName())
                .build()
                .start();
    }

    private String upstream() {
        return "postgresql://%2Ftmp:" + database.port();
    }

    private Place place() {
        return new Place(directory.toString(), PORT, database.name(), database.user(), database.password());
    }

    @Test
    void aQueryPassesWithoutAnyPort() throws Exception {
        try (ProxyServer server = start(Limits.DEFAULT)) {
            String seen = Psql.at(place())
                    .command("select coalesce(client_addr::text, 'none'), application_name from pg_stat_activity"
                            + " where pid = pg_backend_pid()");

            assertThat(seen).startsWith("none|").contains("[" + database.user() + "@local]");
            assertThat(server.addresses()).isEmpty();
            assertThat(server.unixSockets()).containsExactly(directory.resolve(".s.PGSQL." + PORT));
        }
    }

    @Test
    void aResultOfManyMegabytesPasses() throws Exception {
        try (ProxyServer server = start(Limits.DEFAULT)) {
            String seen = Psql.at(place()).command("select repeat('x', 1000) from generate_series(1, 20000)");

            assertThat(seen).hasSize(20_000 * 1_001);
            assertThat(server.unixSockets()).hasSize(1);
        }
    }

    @Test
    void aCancelPassesByBothSockets() throws Exception {
        try (ProxyServer server = start(Limits.DEFAULT)) {
            Process psql = Psql.at(place()).start("select pg_sleep(60)");
            Await.until(
                    "it sleeps",
                    () -> !database.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'")
                            .isEmpty());
            SessionView view = server.sessions().get(0);

            new ProcessBuilder("kill", "-INT", String.valueOf(psql.pid()))
                    .start()
                    .waitFor();

            String seen = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(psql.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(seen).contains("canceling statement due to user request");
            assertThat(view.client()).isEqualTo(LocalClient.UNIX_SOCKET).hasToString("local");
        }
    }

    @Test
    void localClientsAreOneAddress() throws Exception {
        Limits one = Limits.builder().connectionsPerAddress(1).build();
        try (ProxyServer server = start(one)) {
            Process first = Psql.at(place()).start("select pg_sleep(60)");
            Await.until(
                    "it sleeps",
                    () -> !database.query("select 1 from pg_stat_activity where wait_event = 'PgSleep'")
                            .isEmpty());
            Process second = Psql.at(place()).start("select 1");

            String seen = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(seen).contains("too many connections from this address: the limit is 1");
            server.kill(server.sessions().get(0).id());
            assertThat(first.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void theAuditSaysThatTheyAreLocal() throws Exception {
        List<String> clients = new CopyOnWriteArrayList<>();
        AuditSink sink = records -> records.forEach(record -> {
            if (record instanceof ExecutionRecord execution) {
                clients.add(execution.session().client());
            }
        });
        try (Audit audit = Audit.to(sink);
                ProxyServer server = ProxyServer.builder()
                        .listenUnix(directory.resolve(".s.PGSQL." + PORT))
                        .upstream(upstream())
                        .hook("audit", audit.hook())
                        .build()
                        .start()) {
            Psql.at(place()).command("select 1");
            Await.until("it is recorded", () -> !clients.isEmpty());
            assertThat(server.unixSockets()).hasSize(1);
        }
        assertThat(clients).containsExactly("local");
    }

    @Test
    void aServerBehindASocketIsAskedWhetherItIsThere() throws Exception {
        RemotePostgres.of(upstream()).probe(Duration.ofSeconds(10));
        RemotePostgres nowhere = RemotePostgres.of("postgresql:///x?host=" + directory);
        assertThatThrownBy(() -> nowhere.probe(Duration.ofSeconds(10)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("not reachable");
    }

    @Test
    void aServerThatIsNotThereIsToldToTheClient() throws Exception {
        try (ProxyServer server = ProxyServer.builder()
                .listenUnix(directory.resolve(".s.PGSQL." + PORT))
                .upstream("postgresql:///x?host=" + directory + "&port=1")
                .build()
                .start()) {
            Process psql = Psql.at(place()).start("select 1");

            assertThat(new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("could not connect to the upstream server");
            Await.until("its session has ended", () -> server.sessionCount() == 0);
        }
    }
}
