package io.pgproxy.routing;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.peer.FrontendBytes;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;

/** A primary, two replicas and a split before them: one PostgreSQL to its clients. Who has answered the servers say. */
@WithPostgres(primary = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class SplitProxyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String WHERE = "select inet_server_port()";

    private final TestDatabase database;
    private final List<LocalReplica> replicas = new ArrayList<>();

    SplitProxyTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void stream(LocalPostgres primary) throws Exception {
        database.execute("create table t (id int primary key, version int)");
        replicas.add(primary.newReplica().start());
        replicas.add(primary.newReplica().start());
    }

    @AfterAll
    void end() throws Exception {
        for (LocalReplica replica : replicas) {
            replica.close();
        }
    }

    private SplitProxy start(UnaryOperator<ReadWriteSplitBuilder> options) throws Exception {
        database.execute("truncate t");
        for (LocalReplica replica : replicas) {
            replica.awaitReplay(PATIENCE);
        }
        return SplitProxy.before(database, replicas, options);
    }

    private static String ask(ScriptedClient client, String sql) throws Exception {
        client.send(query(sql));
        return client.readUntilReady().stream()
                .filter(message -> message.tag() == 'D' || message.tag() == 'E')
                .map(message -> message.tag() == 'D' ? String.join(",", message.values()) : message.sqlState())
                .collect(Collectors.joining(" "));
    }

    private String primary() {
        return String.valueOf(database.port());
    }

    private String standby(int which) {
        return String.valueOf(replicas.get(which).server().port());
    }

    @Test
    void readsAreSharedByTheReplicas() throws Exception {
        try (SplitProxy proxy = start(options -> options);
                ScriptedClient client = proxy.client()) {
            List<String> answered = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                answered.add(ask(client, WHERE));
            }
            assertThat(answered.stream().filter(standby(0)::equals)).hasSize(5);
            assertThat(answered.stream().filter(standby(1)::equals)).hasSize(5);
            assertThat(ask(client, "insert into t values (1, 1) returning inet_server_port()"))
                    .isEqualTo(primary());
        }
    }

    @Test
    void aSessionSeesWhatItHasWritten() throws Exception {
        try (SplitProxy proxy = start(options -> options);
                ScriptedClient client = proxy.client()) {
            for (LocalReplica replica : replicas) {
                replica.pauseReplay();
            }
            try {
                for (int i = 0; i < 20; i++) {
                    ask(client, "insert into t values (" + i + ", 1)");
                    assertThat(ask(client, "select count(*), inet_server_port() from t"))
                            .isEqualTo(i + 1 + "," + primary());
                }
                try (ScriptedClient other = proxy.client()) { // who has written nothing takes what there is
                    assertThat(ask(other, "select count(*), inet_server_port() from t"))
                            .isIn("0," + standby(0), "0," + standby(1));
                }
            } finally {
                for (LocalReplica replica : replicas) {
                    replica.resumeReplay();
                }
            }
            SplitProxy.until("the replicas have it", () -> !ask(client, WHERE).equals(primary()));
            assertThat(ask(client, "select count(*) from t")).isEqualTo("20");
        }
    }

    /** Many sessions, each with a row of its own; what one reads is never older than what it has committed. */
    @Test
    void nobodyReadsWhatIsStale() throws Exception {
        AtomicInteger fromReplicas = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (SplitProxy proxy = start(options -> options.waitForReplay(Duration.ofMillis(50)))) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int row = 0; row < 4; row++) {
                int id = row;
                all.add(CompletableFuture.runAsync(
                        () -> {
                            try (ScriptedClient client = proxy.client()) {
                                ask(client, "insert into t values (" + id + ", 0)");
                                for (int version = 1; version <= 24; version++) {
                                    String update = "update t set version = " + version + " where id = " + id;
                                    if (version % 3 == 0) {
                                        client.send(query("begin"), query(update), query("commit"));
                                        for (int i = 0; i < 3; i++) {
                                            client.readUntilReady();
                                        }
                                    } else {
                                        ask(client, update);
                                    }
                                    String read =
                                            ask(client, "select version, inet_server_port() from t where id = " + id);
                                    assertThat(read).startsWith(version + ",");
                                    if (!read.endsWith("," + primary())) {
                                        fromReplicas.incrementAndGet();
                                    }
                                }
                            } catch (Exception e) {
                                throw new AssertionError(e);
                            }
                        },
                        threads));
            }
            for (CompletableFuture<Void> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(fromReplicas).hasValueGreaterThan(0);
    }

    @Test
    void aReplicaThatIsTooFarBehindGetsNothing() throws Exception {
        try (SplitProxy proxy = start(options -> options.maxLagBytes(1_000));
                ScriptedClient client = proxy.client()) {
            replicas.get(0).pauseReplay();
            try {
                database.execute("insert into t select i, 0 from generate_series(1, 1000) i");
                replicas.get(1).awaitReplay(PATIENCE);
                SplitProxy.until("the first is not used any more", () -> {
                    List<String> answered = List.of(ask(client, WHERE), ask(client, WHERE), ask(client, WHERE));
                    return !answered.contains(standby(0));
                });
                SplitProxy.until("the second is used", () -> ask(client, WHERE).equals(standby(1)));
            } finally {
                replicas.get(0).resumeReplay();
            }
            SplitProxy.until("the first is used again", () -> ask(client, WHERE).equals(standby(0)));
        }
    }

    @Test
    void aWholeSessionOfADriver() throws Exception {
        try (SplitProxy proxy = start(options -> options.readOnlyTransactionsToReaders(true));
                Connection connection = proxy.connect()) {
            assertThat(value(connection, WHERE)).isIn(standby(0), standby(1));
            try (PreparedStatement insert = connection.prepareStatement("insert into t values (?, ?)")) {
                for (int i = 0; i < 20; i++) { // by name from the fifth time on
                    insert.setInt(1, i);
                    insert.setInt(2, i);
                    assertThat(insert.executeUpdate()).isEqualTo(1);
                }
            }
            assertThat(value(connection, "select count(*) from t")).isEqualTo("20");
            connection.setAutoCommit(false);
            try (PreparedStatement update = connection.prepareStatement("update t set version = ? where id = ?")) {
                update.setInt(1, 100);
                update.setInt(2, 1);
                update.addBatch();
                update.setInt(2, 2);
                update.addBatch();
                assertThat(update.executeBatch()).containsExactly(1, 1);
            }
            assertThat(value(connection, "select sum(version) from t where id in (1, 2)"))
                    .isEqualTo("200");
            connection.rollback();
            connection.setAutoCommit(true);
            assertThat(connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("copy t from stdin", new StringReader("100\t1\n101\t2\n")))
                    .isEqualTo(2);
            assertThat(value(connection, "select sum(version) from t where id in (1, 2)"))
                    .isEqualTo("3");
            assertThat(value(connection, "select count(*) from t")).isEqualTo("22");
            preparedReads(connection);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            SplitProxy.until("a replica has it", () -> {
                String where = value(connection, WHERE);
                connection.commit();
                return !where.equals(primary());
            });
        }
    }

    /** Named statements, by the binary protocol, on all servers in turn. */
    private void preparedReads(Connection connection) throws Exception {
        try (PreparedStatement select =
                connection.prepareStatement("select version, inet_server_port() from t where id = ?")) {
            List<String> where = new ArrayList<>();
            SplitProxy.until("all have answered", () -> {
                for (int i = 0; i < 10; i++) {
                    select.setInt(1, i);
                    try (ResultSet row = select.executeQuery()) {
                        assertThat(row.next()).isTrue();
                        assertThat(row.getInt(1)).isEqualTo(i);
                        where.add(row.getString(2));
                    }
                }
                return where.contains(standby(0)) && where.contains(standby(1));
            });
        }
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void aBlockGoesToTheWriterWhenItWrites() throws Exception {
        try (SplitProxy proxy = start(options -> options.blocks(Blocks.AGGRESSIVE));
                ScriptedClient client = proxy.client()) {
            for (String begin : List.of("begin", "begin isolation level repeatable read", "begin read only")) {
                SplitProxy.until("replicas have all", () -> !ask(client, WHERE).equals(primary()));
                ask(client, begin);
                for (int i = 0; i < 4; i++) {
                    assertThat(ask(client, WHERE)).as(begin).isIn(standby(0), standby(1));
                }
                ask(client, "commit");
            }
            ask(client, "begin");
            String where = ask(client, WHERE);
            assertThat(ask(client, WHERE)).isEqualTo(where).isNotEqualTo(primary());
            assertThat(ask(client, "insert into t values (7, 7) returning inet_server_port()"))
                    .isEqualTo(primary());
            assertThat(ask(client, "select version, inet_server_port() from t where id = 7"))
                    .isEqualTo("7," + primary());
            ask(client, "commit");
            assertThat(ask(client, "select version from t where id = 7")).isEqualTo("7");
            for (String begin : List.of("begin isolation level serializable", "begin read write")) {
                ask(client, begin);
                assertThat(ask(client, WHERE)).as(begin).isEqualTo(primary());
                ask(client, "rollback");
            }
        }
    }

    @Test
    void aDriversBlockGoesToTheWriterWhenItWrites() throws Exception {
        try (SplitProxy proxy = start(options -> options.blocks(Blocks.AGGRESSIVE));
                Connection connection = proxy.connect()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 8; i++) {
                assertThat(value(connection, "select count(*) from t")).isEqualTo(String.valueOf(i));
                try (PreparedStatement insert = connection.prepareStatement("insert into t values (?, 0)")) {
                    insert.setInt(1, i);
                    insert.executeUpdate();
                }
                assertThat(value(connection, WHERE)).isEqualTo(primary());
                connection.commit();
                if (i % 2 == 0) {
                    SplitProxy.until("replicas have all", () -> {
                        String where = value(connection, WHERE);
                        connection.commit();
                        return !where.equals(primary());
                    });
                }
            }
            cursorAmongWrites(connection);
        }
    }

    /** As applications do: some rows at a time, and writes in between. */
    private void cursorAmongWrites(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select id from t order by id");
                Statement update = connection.createStatement()) {
            select.setFetchSize(2);
            try (ResultSet rows = select.executeQuery()) {
                int id = 0;
                while (rows.next()) {
                    assertThat(rows.getInt(1)).isEqualTo(id);
                    assertThat(update.executeUpdate("update t set version = 1 where id = " + id++))
                            .isEqualTo(1);
                }
                assertThat(id).isEqualTo(8);
            }
            connection.commit();
        }
    }

    /** A standby has no such transactions. */
    @Test
    void whoAsksForSerializableReadsFromTheWriter() throws Exception {
        try (SplitProxy proxy = start(options -> options);
                ScriptedClient client = proxy.client()) {
            for (String sql : List.of(
                    "set default_transaction_isolation = 'serializable'",
                    "set session characteristics as transaction isolation level serializable")) {
                client.send(query(sql), query(WHERE)); // one behind the other
                client.readUntilReady();
                assertThat(client.readUntilReady().toString()).as(sql).contains(primary());
                assertThat(ask(client, WHERE)).as(sql).isEqualTo(primary());
                ask(client, "set session characteristics as transaction isolation level repeatable read");
                assertThat(ask(client, WHERE)).as(sql).isNotEqualTo(primary());
            }
            ask(client, "set default_transaction_isolation = serializable");
            ask(client, "reset all");
            assertThat(ask(client, WHERE)).isNotEqualTo(primary());
        }
        try (SplitProxy proxy = start(options -> options);
                ScriptedClient client =
                        ScriptedClient.connect("127.0.0.1", proxy.server().port())) {
            client.login(
                    FrontendBytes.PROTOCOL_3_0,
                    Map.of(
                            "user", database.user(),
                            "database", database.name(),
                            "options", "-c default_transaction_isolation=serializable"),
                    database.password());
            assertThat(ask(client, WHERE)).isEqualTo(primary());
        }
    }

    @Test
    void hintsAreFollowedForWhoIsTrusted() throws Exception {
        try (SplitProxy proxy = start(options -> options.hints(session -> true));
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, "/* pgproxy: writer */ " + WHERE)).isEqualTo(primary());
            assertThat(ask(client, "/* pgproxy: reader */ insert into t values (1, 1) returning inet_server_port()"))
                    .isEqualTo(primary());
        }
        try (SplitProxy proxy = start(options -> options);
                ScriptedClient client = proxy.client()) {
            assertThat(ask(client, "/* pgproxy: writer */ " + WHERE)).isNotEqualTo(primary());
        }
    }

    /** What is within a block is not decided on, and may be taken back. */
    @Test
    void whoAsksForSerializableWithinABlockReadsFromTheWriter() throws Exception {
        try (SplitProxy proxy = start(options -> options);
                ScriptedClient client = proxy.client()) {
            ask(client, "begin");
            ask(client, "set session characteristics as transaction isolation level serializable");
            ask(client, "commit");
            assertThat(ask(client, WHERE)).isEqualTo(primary());
            ask(client, "begin");
            ask(client, "set default_transaction_isolation = 'read committed'");
            ask(client, "rollback");
            assertThat(ask(client, WHERE)).isEqualTo(primary());
            assertThat(ask(client, "set default_transaction_isolation = 'no such level'"))
                    .isEqualTo("22023");
            assertThat(ask(client, WHERE)).isEqualTo(primary());
            ask(client, "set default_transaction_isolation = 'read committed'");
            SplitProxy.until("readers are used", () -> !ask(client, WHERE).equals(primary()));
        }
    }

    @Test
    void whatIsNotDiscardedStaysTheWriters() throws Exception {
        try (SplitProxy proxy = start(options -> options.readYourWrites(false));
                ScriptedClient client = proxy.client()) {
            ask(client, "create temp table mine (a int)");
            ask(client, "begin");
            assertThat(ask(client, "discard all")).isEqualTo("25001");
            ask(client, "rollback");
            assertThat(ask(client, WHERE)).isEqualTo(primary());
            assertThat(proxy.split().counts().bound()).isEqualTo(1);
            ask(client, "discard all");
            assertThat(ask(client, WHERE)).isNotEqualTo(primary());
        }
    }

    /** A pool does not take such a statement from one connection to another. */
    @Test
    void aVeryLongStatementIsTheWriters() throws Exception {
        String sql = "select inet_server_port() /* " + "x".repeat(1 << 20) + " */";
        try (SplitProxy proxy = start(options -> options);
                ScriptedClient client = proxy.client()) {
            client.send(
                    FrontendBytes.parse("long", sql),
                    FrontendBytes.bind("", "long"),
                    FrontendBytes.execute(),
                    FrontendBytes.sync());
            assertThat(client.readUntilReady())
                    .filteredOn(message -> message.tag() == 'D')
                    .hasSize(1);
            assertThat(ask(client, "insert into t values (1, 1) returning inet_server_port()"))
                    .isEqualTo(primary());
        }
    }

    /** What is in such a block is not looked at. */
    @Test
    void whatAReadOnlyBlockKeepsOpenKeepsTheSessionWithTheReader() throws Exception {
        try (SplitProxy proxy = start(options -> options.readOnlyTransactionsToReaders(true));
                ScriptedClient client = proxy.client()) {
            ask(client, "begin read only");
            ask(client, "declare c cursor with hold for select 1");
            ask(client, "commit");
            assertThat(ask(client, "fetch c")).isEqualTo("1");
            assertThat(ask(client, "insert into t values (1, 1)")).isEqualTo("25006");
            ask(client, "close c");
            assertThat(ask(client, "insert into t values (1, 1) returning inet_server_port()"))
                    .isEqualTo(primary());
        }
    }
}
