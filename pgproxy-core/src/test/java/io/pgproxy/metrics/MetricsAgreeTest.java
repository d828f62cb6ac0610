package io.pgproxy.metrics;

import static io.pgproxy.hook.Told.ask;
import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pgproxy.audit.Audit;
import io.pgproxy.audit.AuditRecord;
import io.pgproxy.audit.AuditSink;
import io.pgproxy.audit.ExecutionRecord;
import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.ProxyServerBuilder;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** What the proxy counts is what the server has counted, to the query, and what the audit has. */
@WithPostgres(
        settings = {"shared_preload_libraries=pg_stat_statements"},
        own = true)
class MetricsAgreeTest {
    private final TestDatabase database;
    private final MeterRegistry registry = new SimpleMeterRegistry();

    MetricsAgreeTest(TestDatabase database) {
        this.database = database;
    }

    private ProxyServerBuilder proxy() {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + database.host() + ":" + database.port())
                .drainDeadline(Duration.ofSeconds(1))
                .limits(Limits.builder().maxRows(1_000).maxBytes(1 << 20).build())
                .metrics(MicrometerMetrics.of(registry));
    }

    private void prepare() throws SQLException {
        database.execute("create extension if not exists pg_stat_statements; drop table if exists t;"
                + " create table t (a int primary key, b text); drop role if exists counted; create role counted login;"
                + " grant all on t to counted");
        database.execute("select pg_stat_statements_reset()");
    }

    /** How many statements of this user have succeeded, as the server says. */
    private long callsOfTheServer() throws SQLException {
        return Long.parseLong(database.query("select coalesce(sum(calls), 0)::bigint from pg_stat_statements s"
                        + " join pg_roles r on r.oid = s.userid where r.rolname = 'counted'")
                .get(0)
                .get(0));
    }

    private long queries(Outcome.Status... statuses) {
        List<String> wanted = Stream.of(statuses)
                .map(status -> status.name().toLowerCase(Locale.ROOT))
                .toList();
        return registry.find("pgproxy.queries").counters().stream()
                .filter(counter -> wanted.contains(counter.getId().getTag("status")))
                .mapToLong(counter -> (long) counter.count())
                .sum();
    }

    private double counter(String name, String tag, String value) {
        Counter found = registry.find(name).tag(tag, value).counter();
        return found == null ? 0 : found.count();
    }

    private void mixedRun(ProxyServer server) throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database.name() + "?user=counted";
        for (String mode : List.of("extended", "simple", "extendedForPrepared")) {
            try (Connection connection = DriverManager.getConnection(url + "&preferQueryMode=" + mode);
                    Statement statement = connection.createStatement()) {
                statement.execute("delete from t");
                try (PreparedStatement insert = connection.prepareStatement("insert into t values (?, 'x')")) {
                    for (int i = 0; i < 25; i++) {
                        insert.setInt(1, i);
                        insert.addBatch();
                    }
                    insert.executeBatch();
                }
                connection.setAutoCommit(false);
                try (PreparedStatement select = connection.prepareStatement("select a, b from t where a >= ?")) {
                    select.setFetchSize(mode.equals("extended") ? 10 : 0); // a portal in parts is one execution
                    for (int i = 0; i < 7; i++) {
                        select.setInt(1, i);
                        try (ResultSet rows = select.executeQuery()) {
                            while (rows.next()) {
                                assertThat(rows.getString(2)).isEqualTo("x");
                            }
                        }
                    }
                }
                connection.rollback();
                connection.setAutoCommit(true);
                statement.execute(
                        "update t set b = 'y' where a < 5; select count(*) from t; delete from t where a = 1");
                for (String wrong : List.of("select 1/0", "select nothing", "insert into t values (2, 'twice')")) {
                    try {
                        statement.execute(wrong);
                    } catch (SQLException expected) {
                        assertThat(expected.getSQLState()).isNotNull();
                    }
                }
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("copy t from stdin", new StringReader("100\tc\n101\tc\n"));
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut("copy t to stdout", new java.io.StringWriter());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anErrorThatComesWithSyncIsOneToo(boolean hooked) throws Exception {
        database.execute("drop table if exists d; create table d (a int unique deferrable initially deferred)");
        HookChain hooks = hooked
                ? HookChain.builder()
                        .hook("reads", QueryHook.admit(execution -> Verdict.proceed()))
                        .build()
                : HookChain.EMPTY;
        try (ProxyServer server = proxy().hooks(hooks).build().start();
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", server.port())) {
            client.login(database.user(), database.password(), database.name());
            client.send(parse("", "insert into d values (1), (1)"), bind("", ""), execute(), sync());
            assertThat(client.expect("12CEZ").get(3).sqlState()).isEqualTo("23505");
        }
        assertThat(counter("pgproxy.errors", "class", "23")).isEqualTo(1);
    }

    @Test
    void withPgStatStatementsWithoutAnyHook() throws Exception {
        prepare();
        try (ProxyServer server = proxy().build().start()) {
            mixedRun(server);
            Await.until("nobody is there", () -> server.sessionCount() == 0);
        }
        long own = 2 * (long) registry.get("pgproxy.queries.wrapped").counter().count();
        assertThat(own).isEqualTo(4); // the text with several statements, where it goes as one Query
        assertThat(queries(Outcome.Status.SUCCEEDED) + own)
                .isEqualTo(callsOfTheServer())
                .isGreaterThan(100);
        assertThat(queries(Outcome.Status.FAILED)).isEqualTo(9);
        assertThat(counter("pgproxy.errors", "class", "22")).isEqualTo(3);
        assertThat(counter("pgproxy.errors", "class", "42")).isEqualTo(3);
        assertThat(counter("pgproxy.errors", "class", "23")).isEqualTo(3);
        assertThat(counter("pgproxy.queries", "kind", "copy_from_client")).isEqualTo(3);
        assertThat(counter("pgproxy.queries", "kind", "copy_to_client")).isEqualTo(3);
        assertThat(registry.get("pgproxy.connections.opened").counter().count()).isEqualTo(3);
        assertThat(registry.get("pgproxy.connections")
                        .tag("state", "login")
                        .gauge()
                        .value())
                .isZero();
        assertThat(registry.get("pgproxy.connections")
                        .tag("state", "serving")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void withPgStatStatementsAndTheAudit() throws Exception {
        prepare();
        List<ExecutionRecord> lines = new CopyOnWriteArrayList<>();
        AuditSink sink = records -> {
            for (AuditRecord each : records) {
                if (each instanceof ExecutionRecord execution) {
                    lines.add(execution);
                }
            }
        };
        try (Audit audit = Audit.to(sink);
                ProxyServer server = proxy().hook("audit", audit.hook()).build().start()) {
            mixedRun(server);
            Await.until("nobody is there", () -> server.sessionCount() == 0);
            server.close();
            audit.close();
        }
        long own = 2 * (long) registry.get("pgproxy.queries.wrapped").counter().count();
        assertThat(queries(Outcome.Status.SUCCEEDED) + own)
                .isEqualTo(callsOfTheServer())
                .isGreaterThan(100);
        for (Outcome.Status status : Outcome.Status.values()) {
            assertThat(queries(status))
                    .as(status.name())
                    .isEqualTo(lines.stream()
                            .filter(line -> line.status() == status)
                            .count());
        }
        Timer hook = registry.get("pgproxy.hook.time")
                .tag("hook", "audit")
                .tag("stage", "observe")
                .timer();
        assertThat(hook.count()).isEqualTo(lines.size());
    }

    @Test
    void limitsAndWhatTheyRefuseAreCounted() throws Exception {
        try (ProxyServer server = proxy().build().start();
                ScriptedClient client = ScriptedClient.connect("127.0.0.1", server.port())) {
            client.login(database.user(), database.password(), database.name());
            String many = "select generate_series(1, 1001)";
            assertThat(ask(client, many)).endsWith("E(54000) ZI");
            assertThat(ask(client, parse("", many), bind("", ""), execute(), sync()))
                    .endsWith("E(54000) ZI");
            assertThat(ask(client, "select repeat('x', 2000000)")).endsWith("E(54000) ZI");
            assertThat(counter("pgproxy.limits", "limit", "rows")).isEqualTo(2);
            assertThat(counter("pgproxy.limits", "limit", "bytes")).isEqualTo(1);
            assertThat(counter("pgproxy.errors", "class", "54")).isEqualTo(3);
            assertThat(queries(Outcome.Status.FAILED)).isEqualTo(3);
            assertThat(registry.get("pgproxy.rows").counter().count()).isEqualTo(2000);
        }
    }
}
