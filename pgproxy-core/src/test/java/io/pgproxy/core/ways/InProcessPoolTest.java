package io.pgproxy.core.ways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.memory.ProxySocketFactory;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.InputStream;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** A service that runs its own queries through its own hooks: HikariCP and pgjdbc, without a port. */
@WithPostgres
class InProcessPoolTest {
    private static final int MEGABYTE = 1 << 20;

    private final TestDatabase database;
    private final AtomicLong admitted = new AtomicLong();
    private ProxyServer server;
    private HikariDataSource pool;

    InProcessPoolTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void start() throws Exception {
        server = ProxyServer.builder()
                .inProcess("pool")
                .upstream("postgresql://" + database.host() + ":" + database.port())
                .hook("count", QueryHook.admit(execution -> {
                    admitted.incrementAndGet();
                    return Verdict.proceed();
                }))
                .drainDeadline(Duration.ZERO)
                .build()
                .start();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql:///" + database.name());
        config.addDataSourceProperty("socketFactory", ProxySocketFactory.class.getName());
        config.addDataSourceProperty("socketFactoryArg", "pool");
        config.addDataSourceProperty("sslmode", "disable");
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(8);
        config.setMinimumIdle(0);
        pool = new HikariDataSource(config);
    }

    @AfterEach
    void stop() {
        pool.close();
        server.close();
    }

    private static String stateOf(SqlWork work) {
        try {
            work.run();
            return "no error";
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState());
        }
    }

    private interface SqlWork {
        void run() throws SQLException;
    }

    private void awaitSleep(Connection connection) throws Exception {
        int pid = connection.unwrap(PGConnection.class).getBackendPID();
        Await.until(
                "it sleeps",
                () -> database.query("select 1 from pg_stat_activity where wait_event = 'PgSleep' and pid = " + pid)
                                .size()
                        == 1);
    }

    @Test
    void manyThreadsGetTheirOwnAnswers() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(32);
        try {
            List<Future<Long>> wrong = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                int seed = i * 1_000;
                wrong.add(threads.submit(() -> wrongAnswers(seed)));
            }
            for (Future<Long> each : wrong) {
                assertThat(each.get(60, TimeUnit.SECONDS)).isZero();
            }
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(admitted.get()).isGreaterThanOrEqualTo(32 * 100);
        assertThat(server.sessionCount()).isLessThanOrEqualTo(8);
    }

    private long wrongAnswers(int seed) throws SQLException {
        long wrong = 0;
        for (int i = 0; i < 100; i++) {
            try (Connection connection = pool.getConnection();
                    PreparedStatement query = connection.prepareStatement("select ?::int, repeat('x', ?::int)")) {
                query.setInt(1, seed + i);
                query.setInt(2, i * 50);
                try (ResultSet rows = query.executeQuery()) {
                    boolean right = rows.next()
                            && rows.getInt(1) == seed + i
                            && rows.getString(2).length() == i * 50;
                    wrong += right ? 0 : 1;
                }
            }
        }
        return wrong;
    }

    @Test
    void aHundredMegabytesComeOutRowByRow() throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(100);
            long bytes = 0;
            try (ResultSet rows =
                    statement.executeQuery("select repeat('x', 10000) from generate_series(1, 10486) as i")) {
                while (rows.next()) {
                    bytes += rows.getString(1).length();
                }
            }
            connection.rollback();
            assertThat(bytes).isEqualTo(104_860_000L);
        }
    }

    @Test
    void aHundredMegabytesAreCopiedInAndOut() throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create temp table copied (a text)");
            var copy = connection.unwrap(PGConnection.class).getCopyAPI();
            long in = copy.copyIn("copy copied from stdin", new Lines(100 * MEGABYTE));
            CountingSink sink = new CountingSink();
            long out = copy.copyOut("copy copied to stdout", sink);

            assertThat(in).isEqualTo(out).isEqualTo(102_400);
            assertThat(sink.count).isEqualTo(100L * MEGABYTE);
        }
    }

    @Test
    void aCancelComesInByASocketOfItsOwn() throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            CompletableFuture<String> state =
                    CompletableFuture.supplyAsync(() -> stateOf(() -> statement.execute("select pg_sleep(60)")));
            awaitSleep(connection);

            statement.cancel();

            assertThat(state.get(10, TimeUnit.SECONDS)).isEqualTo("57014");
            assertThat(statement.execute("select 1")).isTrue();
        }
    }

    @Test
    void aQueryTimeoutIsACancel() throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThat(stateOf(() -> statement.execute("select pg_sleep(60)"))).isEqualTo("57014");
            assertThat(stateOf(() -> statement.execute("select 1"))).isEqualTo("no error");
        }
    }

    @Test
    void aNetworkTimeoutEndsTheConnectionAndItsUpstream() throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setNetworkTimeout(Runnable::run, 300);
            assertThat(stateOf(() -> statement.execute("select pg_sleep(60)"))).isEqualTo("08006");
        }
        Await.until("its session has ended", () -> server.sessionCount() == 0);
        try (Connection next = pool.getConnection()) {
            assertThat(next.isValid(5)).isTrue();
        }
    }

    @Test
    void aSessionThatIsKilledSaysSo() throws Exception {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            CompletableFuture<String> state =
                    CompletableFuture.supplyAsync(() -> stateOf(() -> statement.execute("select pg_sleep(60)")));
            awaitSleep(connection);

            assertThat(server.kill(server.sessions().get(0).id())).isTrue();

            assertThat(state.get(10, TimeUnit.SECONDS)).isEqualTo("57P01");
        }
    }

    @Test
    void theServerClosesInTheMiddleOfAQuery() throws Exception {
        try (Connection connection = pool.getConnection();
                Connection idle = pool.getConnection();
                Statement statement = connection.createStatement()) {
            CompletableFuture<String> state =
                    CompletableFuture.supplyAsync(() -> stateOf(() -> statement.execute("select pg_sleep(60)")));
            awaitSleep(connection);

            server.close();

            assertThat(state.get(10, TimeUnit.SECONDS)).isEqualTo("57P01");
            assertThat(stateOf(() -> idle.createStatement().execute("select 1")))
                    .isEqualTo("57P01");
            assertThatThrownBy(() -> idle.createStatement().execute("select 1")).isInstanceOf(SQLException.class);
        }
    }

    /** Lines of 1,024 bytes. */
    private static final class Lines extends InputStream {
        private final int length;
        private int read;

        Lines(int length) {
            this.length = length;
        }

        @Override
        public int read() {
            if (read == length) {
                return -1;
            }
            return ++read % 1_024 == 0 ? '\n' : 'x';
        }

        @Override
        public int read(byte[] into, int offset, int most) {
            int count = Math.min(most, length - read);
            for (int i = 0; i < count; i++) {
                into[offset + i] = (byte) read();
            }
            return count == 0 ? -1 : count;
        }
    }

    private static final class CountingSink extends OutputStream {
        private long count;

        @Override
        public void write(int one) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }
}
