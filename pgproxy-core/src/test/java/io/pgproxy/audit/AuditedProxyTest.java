package io.pgproxy.audit;

import static io.pgproxy.testkit.peer.FrontendBytes.bind;
import static io.pgproxy.testkit.peer.FrontendBytes.execute;
import static io.pgproxy.testkit.peer.FrontendBytes.functionCall;
import static io.pgproxy.testkit.peer.FrontendBytes.parse;
import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static io.pgproxy.testkit.peer.FrontendBytes.sync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.Answer;
import io.pgproxy.hook.CacheUse;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Recording;
import io.pgproxy.hook.Reply;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.Column;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** One line for each execution, however it ends, and no value in any. */
@WithPostgres
class AuditedProxyTest {
    private static final List<Column> COLUMNS = List.of(Column.text("own"));
    private static final int VERSION = 89;

    private final TestDatabase database;
    private final Path file;
    private final AtomicReference<@Nullable Recording> recorded = new AtomicReference<>();

    AuditedProxyTest(TestDatabase database, @TempDir Path directory) {
        this.database = database;
        this.file = directory.resolve("audit.jsonl");
    }

    private static Verdict<Answer> answer(Statement statement) {
        if (statement.sql().contains("refused statement")) {
            return Verdict.reject("42501", "no");
        }
        return statement.sql().contains("own")
                ? Verdict.of(
                        new Answer(COLUMNS, run -> Verdict.of(Reply.of(COLUMNS).row("own"))))
                : Verdict.proceed();
    }

    private static Verdict<Terms> admit(Execution execution) {
        return execution.statement().sql().contains("refused execution")
                ? Verdict.reject("42501", "no")
                : Verdict.proceed();
    }

    private Verdict<CacheUse> cache(Execution execution) {
        if (!execution.statement().sql().contains("cached")) {
            return Verdict.proceed();
        }
        Recording known = recorded.get();
        return Verdict.of(known == null ? new CacheUse.Keep(recorded::set, 1000) : new CacheUse.Serve(known));
    }

    private QueryHook others() {
        return QueryHook.all(
                QueryHook.answer(AuditedProxyTest::answer),
                QueryHook.admit(AuditedProxyTest::admit),
                QueryHook.cache(this::cache));
    }

    private List<JsonObject> lines() throws Exception {
        return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .map(JsonObject::new)
                .toList();
    }

    private static String told(JsonObject line) {
        return line.getString("text", line.getString("kind"))
                + ": " + line.getString("status")
                + " " + line.getString("source")
                + (line.containsKey("decided_by") ? " by " + line.getString("decided_by") : "")
                + (line.containsKey("sqlstate") ? " " + line.getString("sqlstate") : "");
    }

    private static void ask(ScriptedClient client, byte[]... messages) throws Exception {
        client.send(messages);
        client.readUntilReady();
    }

    @Test
    void everyWayToEndHasItsLine() throws Exception {
        try (Audit audit = Audit.builder(JsonLines.toFile(file))
                        .whenFull(WhenFull.BLOCK)
                        .build();
                AuditedProxy proxy = new AuditedProxy(database, audit, others())) {
            try (ScriptedClient client = proxy.client()) {
                ask(client, query("select 1"));
                ask(client, query("select 'refused statement'"));
                ask(client, query("select 'refused execution'"));
                ask(client, query("select 2; select 'refused execution'"));
                ask(client, query("select 'own'"));
                ask(client, query("select 'cached'"));
                ask(client, query("select 'cached'"));
                ask(client, query("select 1/0"));
                ask(
                        client,
                        parse("", "select 1/(select 0)"),
                        bind("", ""),
                        execute(),
                        parse("", "select 'skipped'"),
                        bind("", ""),
                        execute(),
                        sync());
                ask(client, parse("p", "select $1::int"), sync());
                ask(client, bind("", "p", "4711"), execute(), sync());
                ask(client, bind("", "p", "4712"), sync());
                ask(client, functionCall(VERSION));
                cancel(proxy, client);
            }
            Await.until("the session has ended", () -> proxy.server().sessionCount() == 0);
            proxy.close();
            audit.close();

            List<JsonObject> executions = lines().stream()
                    .filter(line -> line.getString("event").equals("execution"))
                    .toList();
            assertThat(executions).hasSize(proxy.executions());
            assertThat(executions.stream().map(AuditedProxyTest::told))
                    .containsExactlyInAnyOrder(
                            "select ?: succeeded upstream",
                            "select ?: refused proxy by others 42501",
                            "select ?: refused proxy by others 42501",
                            "select ?: skipped upstream",
                            "select ?: refused proxy by others 42501",
                            "select ?: succeeded proxy by others",
                            "select ?: succeeded upstream",
                            "select ?: succeeded cache by others",
                            "select ? / ?: failed upstream 22012",
                            "select ? / (select ?): failed upstream 22012",
                            "select ?: skipped upstream",
                            "select $1::int: succeeded upstream",
                            "select $1::int: abandoned upstream",
                            "unknown: succeeded upstream",
                            "select pg_sleep(?): cancelled upstream 57014");
            assertThat(lines())
                    .first()
                    .satisfies(line -> assertThat(line.getString("event")).isEqualTo("session_begun"));
            assertThat(lines())
                    .last()
                    .satisfies(line -> assertThat(line.getString("event")).isEqualTo("session_ended"));
            assertThat(audit.dropped()).isZero();
        }
    }

    private void cancel(AuditedProxy proxy, ScriptedClient client) throws Exception {
        client.send(query("select pg_sleep(60)"));
        Await.until(
                "it runs",
                () -> !database.query(
                                "select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()")
                        .isEmpty());
        ScriptedClient.cancel("127.0.0.1", proxy.server().port(), client.processId(), client.secretKey());
        client.readUntilReady();
    }

    @Test
    void aDriversWorkIsToldInFullAndWithoutValues() throws Exception {
        HeldSink records = new HeldSink();
        JsonLines lines = JsonLines.toFile(file);
        AuditSink both = new AuditSink() {
            @Override
            public void write(List<AuditRecord> batch) throws java.io.IOException {
                lines.write(batch);
                records.write(batch);
            }

            @Override
            public void close() throws java.io.IOException {
                lines.close();
            }
        };
        try (Audit audit = Audit.to(both);
                AuditedProxy proxy = new AuditedProxy(database, audit, others())) {
            for (String mode : List.of("simple", "extended", "extendedForPrepared")) {
                try (Connection connection = proxy.connect(mode)) {
                    work(connection);
                }
            }
            Await.until("the sessions have ended", () -> proxy.server().sessionCount() == 0);
            proxy.close();
            audit.close();

            assertThat(records.executions()).hasSize(proxy.executions());
            assertThat(lines()).hasSize(records.written().size());
            assertThat(Files.readString(file)).doesNotContainIgnoringCase("hush");
            assertThat(records.written())
                    .allSatisfy(record -> assertThat(record.toString()).doesNotContainIgnoringCase("hush"));
            assertThat(records.executions())
                    .extracting(ExecutionRecord::kind)
                    .extracting(Enum::name)
                    .contains("COPY_FROM_CLIENT", "COPY_TO_CLIENT", "INSERT", "SELECT", "CREATE_TABLE");
            assertThat(records.executions())
                    .filteredOn(record -> record.kind().name().equals("COPY_FROM_CLIENT"))
                    .allSatisfy(record -> assertThat(record.rows()).isEqualTo(2));
        }
    }

    private static void work(Connection connection) throws Exception {
        try (java.sql.Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMP TABLE secrets (a text UNIQUE)");
            statement.execute("INSERT INTO secrets VALUES ('hush 1'), (E'hush\\'2'), ($$hush$$) -- hush");
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.execute("INSERT INTO secrets VALUES ('hush 1')"))
                    .withMessageContaining("hush");
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("SELECT 'hush"));
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("SELECT 'hush'::int"));
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO secrets VALUES (?)")) {
            for (int i = 0; i < 20; i++) {
                insert.setString(1, "hush parameter " + i);
                insert.executeUpdate();
            }
        }
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        copy.copyIn("COPY secrets FROM STDIN", new StringReader("hush in\nhush in 2\n"));
        copy.copyOut("COPY (SELECT a, 'hush' FROM secrets) TO STDOUT", new ByteArrayOutputStream());
    }

    @Test
    void aStatementOfAMegabyteIsOneLine() throws Exception {
        try (Audit audit = Audit.builder(JsonLines.toFile(file))
                        .text(AuditText.ORIGINAL)
                        .build();
                AuditedProxy proxy = new AuditedProxy(database, audit, others())) {
            try (ScriptedClient client = proxy.client()) {
                ask(client, query("select '" + "\"\n\t\u2028".repeat(200_000) + "'"));
            }
            Await.until("the session has ended", () -> proxy.server().sessionCount() == 0);
            proxy.close();
            audit.close();

            assertThat(lines()).hasSize(3);
            assertThat(lines().get(1).getString("text")).hasSize(10_000).startsWith("select '\"\n\t\u2028\"");
            assertThat(lines().get(1).getInteger("cut_from")).isEqualTo(800_009);
        }
    }
}
