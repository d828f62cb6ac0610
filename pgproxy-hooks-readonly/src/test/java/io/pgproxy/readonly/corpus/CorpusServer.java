package io.pgproxy.readonly.corpus;

import io.pgproxy.testkit.peer.WireMessage;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** The server that the cases run on, and its administrator, who sees what they do to it. */
final class CorpusServer implements AutoCloseable {
    /** Cases name it. */
    static final String DATABASE = "rocorpus";

    private static final String PRISTINE = "rocorpus_pristine";
    private static final String OTHERS_WAIT = """
            SELECT DISTINCT l.locktype || ' ' || l.mode FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE a.pid <> pg_backend_pid() AND a.application_name <> 'corpus_victim'
                AND a.backend_type = 'client backend' AND a.datname = current_database()
                AND l.locktype <> 'virtualxid' AND l.mode <> 'AccessShareLock'
            """;

    private final LocalPostgres server;
    private final String files;
    private Connection admin;
    private PreparedStatement tables;
    private PreparedStatement besideLog;
    private PreparedStatement locks;
    private @Nullable ServerState known;
    private boolean spoiled;

    private CorpusServer(LocalPostgres server, Connection admin) throws SQLException {
        this.server = server;
        this.files = "pgcorpus_" + ProcessHandle.current().pid() + "_";
        become(admin);
    }

    /** Fills a server as the corpus wants it. */
    static CorpusServer on(LocalPostgres server) throws SQLException {
        server.createDatabase(PRISTINE);
        try (Connection connection = server.connect(PRISTINE);
                Statement statement = connection.createStatement()) {
            for (String sql : Json.text("readonly-setup.sql").split("(?m)^--;;$", -1)) {
                statement.execute(reachable(sql));
            }
        }
        server.createDatabase(DATABASE, PRISTINE);
        CorpusServer corpus = new CorpusServer(server, server.connect(DATABASE));
        corpus.nameOwnDatabase();
        return corpus;
    }

    /** The setup reaches its own server by a socket in the file system, which not every server has. */
    private static String reachable(String sql) {
        return sql.replace("split_part(current_setting('unix_socket_directories'),',',1)", "'127.0.0.1'");
    }

    /** Foreign servers and connection strings of the setup name the database that they were made in. */
    private void nameOwnDatabase() throws SQLException {
        execute("ALTER SERVER corpus_loop OPTIONS (SET dbname '" + DATABASE + "')");
        execute("UPDATE public.corpus_connstr SET c = replace(c, '" + PRISTINE + "', '" + DATABASE + "')");
    }

    private void become(Connection connection) throws SQLException {
        admin = connection;
        execute("LISTEN corpus_ch");
        tables = connection.prepareStatement(ServerState.TABLES);
        besideLog = connection.prepareStatement(ServerState.BESIDE_LOG);
        besideLog.setString(1, files.replace("_", "\\_") + "%");
        locks = connection.prepareStatement(OTHERS_WAIT);
    }

    LocalPostgres server() {
        return server;
    }

    /** Files are made under a name that no other test run uses. */
    byte[] withOwnFiles(WireMessage message) {
        return Step.replaced(message, "pgcorpus_", files);
    }

    void execute(String sql) throws SQLException {
        known = null;
        try (Statement statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }

    @Nullable
    String value(String sql) throws SQLException {
        try (Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    /** What was read last, if nothing can have changed since. */
    ServerState before() throws SQLException {
        ServerState state = known == null ? ServerState.read(besideLog, tables, null) : known;
        known = state;
        return state;
    }

    /** What is there now that was not there before, or not so. */
    Set<String> changesSince(ServerState before) throws SQLException {
        ServerState now = ServerState.read(besideLog, tables, before);
        known = now;
        Set<String> changes = new TreeSet<>(now.differences(before));
        PGNotification[] notifications = admin.unwrap(PGConnection.class).getNotifications();
        if (notifications != null && notifications.length > 0) {
            changes.add("__notify");
        }
        spoiled |= !changes.isEmpty();
        return changes;
    }

    /** Locks that others may have to wait for. */
    List<String> locks() throws SQLException {
        List<String> held = new ArrayList<>();
        try (ResultSet rows = locks.executeQuery()) {
            while (rows.next()) {
                held.add(Objects.requireNonNull(rows.getString(1)));
            }
        }
        return held;
    }

    void restoreIfSpoiled() throws SQLException {
        if (spoiled) {
            restore();
        }
    }

    /** Everything as it was at first, whatever a case did. */
    void restore() throws SQLException {
        spoiled = false;
        for (List<@Nullable String> prepared : server.query("SELECT gid FROM pg_prepared_xacts")) {
            server.execute(DATABASE, "ROLLBACK PREPARED '" + prepared.get(0) + "'");
        }
        admin.close();
        for (String sql : server.query(Restoring.STATEMENTS).stream()
                .map(row -> Objects.requireNonNull(row.get(0)))
                .toList()) {
            server.execute(sql);
        }
        server.execute("ALTER SYSTEM RESET ALL");
        deleteFiles();
        server.dropDatabase(DATABASE);
        server.createDatabase(DATABASE, PRISTINE);
        become(server.connect(DATABASE));
        nameOwnDatabase();
    }

    private void deleteFiles() throws SQLException {
        server.execute("COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; rm -f /tmp/" + files + "*'");
    }

    @Override
    public void close() throws SQLException {
        deleteFiles();
        admin.close();
    }
}
