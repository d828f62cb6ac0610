package io.pgproxy.examples.documents;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.server.ValueReader;
import io.pgproxy.sql.StatementFamily;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** A proxy for one database and a limited time: what runs through it is in the table access_log of the host. */
public final class RecordedAccess implements AutoCloseable {
    private final String database;
    private final DataSource store;
    private final ProxyServer proxy;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final Future<?> end;

    public RecordedAccess(String server, String database, DataSource store, Duration length) throws IOException {
        this.database = database;
        this.store = store;
        proxy = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(server)
                .hook(
                        "one-database",
                        QueryHook.session(session -> judge(session.database().equals(database))))
                .hook("no-ddl", QueryHook.admit(this::admit))
                .hook("record", QueryHook.observe(this::completed))
                .drainDeadline(Duration.ZERO)
                .build()
                .start();
        end = thread.schedule(proxy::close, length.toMillis(), TimeUnit.MILLISECONDS);
    }

    public int port() {
        return proxy.port();
    }

    private Verdict<Terms> admit(Execution execution) {
        return judge(execution.statement().facts().family() != StatementFamily.DDL);
    }

    private Verdict<Terms> judge(boolean allowed) {
        return allowed ? Verdict.proceed() : Verdict.reject("42501", "not in the access to " + database);
    }

    private void completed(Execution execution, Outcome outcome) {
        String user = execution.session().user();
        String sql = execution.statement().original();
        List<String> values =
                execution.parameters().stream().map(ValueReader::asText).toList();
        thread.execute(
                () -> write(user, sql, values.toString(), outcome.status().name()));
    }

    private void write(String... values) {
        try (Connection connection = store.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO access_log VALUES (?, ?, ?, ?)")) {
            for (int i = 0; i < values.length; i++) {
                insert.setString(i + 1, values[i]);
            }
            insert.executeUpdate();
        } catch (SQLException lost) {
            proxy.close(); // nothing runs that is not recorded
        }
    }

    @Override
    public void close() throws InterruptedException {
        proxy.close();
        end.cancel(false);
        thread.shutdown();
        thread.awaitTermination(10, TimeUnit.SECONDS);
    }
}
