package io.pgproxy.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.SessionView;
import io.pgproxy.core.wire.Await;
import io.pgproxy.metrics.MicrometerMetrics;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/**
 * Many clients, for long, with cancels, kills and other limits in between: no error that these do not explain, and
 * nothing that grows. Run by the profile {@code soak}; {@code soak.minutes} says how long.
 */
@WithPostgres(settings = "max_connections=300", own = true)
@EnabledIfSystemProperty(named = "pgproxy.soak.minutes", matches = "[0-9.]+", disabledReason = "takes minutes")
class SoakTest {
    private static final int CLIENTS = 180;
    private static final int BENCH_CLIENTS = 20;

    private final TestDatabase database;

    @TempDir
    private Path directory;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong done = new AtomicLong();
    private final ConcurrentLinkedQueue<String> unexplained = new ConcurrentLinkedQueue<>();

    SoakTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void nothingGrowsAndNothingFails() throws Exception {
        double minutes = Double.parseDouble(System.getProperty("pgproxy.soak.minutes"));
        database.execute("create table t (a int, b text); insert into t select n, repeat('x', 100)"
                + " from generate_series(1, 1000) n");
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1);
        try (ProxyServer server = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream("postgresql://" + database.host() + ":" + database.port())
                .drainDeadline(Duration.ofSeconds(5))
                .limits(limits(100_000))
                .metrics(MicrometerMetrics.of(new SimpleMeterRegistry()))
                .build()
                .start()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int seed = i;
                clients.add(threads.submit(() -> work(server, new Random(seed))));
            }
            Future<?> bench = threads.submit(() -> bench(server));
            long end = System.nanoTime() + (long) (minutes * 60e9);
            long warm = System.nanoTime() + (long) (minutes * 12e9);
            Random random = new Random(1);
            Used first = null;
            for (int round = 0; System.nanoTime() < end; round++) {
                TimeUnit.MILLISECONDS.sleep(100); // the pace of the disturbances; nothing is waited for
                disturb(server, random, round);
                if (first == null && System.nanoTime() > warm) {
                    first = Used.now();
                }
            }
            Used last = Used.now();
            over.set(true);
            for (Future<?> client : clients) {
                client.get(60, TimeUnit.SECONDS);
            }
            bench.get(60, TimeUnit.SECONDS);
            System.out.println("soak: " + done + " rounds of clients, " + first + " then, " + last + " at the end");
            assertThat(unexplained).isEmpty();
            assertThat(last.isLike(first)).as(first + " has become " + last).isTrue();
            Await.until("nobody is left", () -> server.sessions().isEmpty());
            Await.until(
                    "nor upstream",
                    () -> database.query(
                                    "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
                            .isEmpty());
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
    }

    private static Limits limits(int rows) {
        return Limits.builder()
                .maxRows(rows)
                .maxBytes(50 << 20)
                .maxTime(Duration.ofSeconds(30))
                .queriesPerSecond(1_000_000)
                .concurrentQueries(CLIENTS + BENCH_CLIENTS)
                .clientIdle(Duration.ofMinutes(5))
                .idleInTransaction(Duration.ofMinutes(5))
                .build();
    }

    private static void disturb(ProxyServer server, Random random, int round) {
        List<SessionView> sessions = server.sessions();
        if (round % 3 == 0 && !sessions.isEmpty()) {
            server.kill(sessions.get(random.nextInt(sessions.size())).id());
        }
        if (round % 10 == 0) {
            server.limits(limits(50_000 + random.nextInt(50_000)));
        }
    }

    /** Its clients end one by one, as they are killed; then it begins anew. */
    private void bench(ProxyServer server) {
        List<String> modes = List.of("simple", "extended", "prepared");
        try {
            PgBench pgbench = new PgBench(database, server.port(), directory);
            for (int i = 0; !over.get() && PgBench.isThere(); i++) {
                String said = pgbench.run(modes.get(i % modes.size()), BENCH_CLIENTS, 10);
                said.lines()
                        .filter(line -> line.contains("aborted") || line.contains("error:"))
                        .filter(line -> !line.contains("terminating connection") && !line.contains("Run was aborted"))
                        // Who is killed within the login is told nothing.
                        .filter(line -> !line.contains("could not create connection"))
                        .filter(line -> !line.contains("server closed the connection unexpectedly"))
                        .filter(line -> !line.contains("perhaps the backend died"))
                        .forEach(unexplained::add);
                done.incrementAndGet();
            }
        } catch (Exception e) {
            unexplained.add(e.toString());
        }
    }

    private void work(ProxyServer server, Random random) {
        String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database.name();
        while (!over.get()) {
            try (Connection connection = DriverManager.getConnection(url, database.user(), database.password())) {
                for (int i = 0; i < 50 && !over.get(); i++) {
                    step(connection, random);
                    done.incrementAndGet();
                }
            } catch (SQLException e) {
                explain(e);
            } catch (Exception e) {
                unexplained.add(e.toString());
            }
        }
    }

    /** Killed (57P01, or the socket is gone), or cancelled. */
    private void explain(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (!state.equals("57P01") && !state.equals("57014") && !state.startsWith("08")) {
            unexplained.add(state + " " + e.getMessage());
        }
    }

    private void step(Connection connection, Random random) throws Exception {
        switch (random.nextInt(7)) {
            case 0 -> {
                try (PreparedStatement select = connection.prepareStatement("select b from t where a = ?")) {
                    select.setInt(1, random.nextInt(1000));
                    select.executeQuery().close();
                }
            }
            case 1 -> {
                connection.setAutoCommit(false);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("update t set b = b where a = " + random.nextInt(1000));
                    statement.execute("select count(*) from t");
                }
                connection.rollback();
                connection.setAutoCommit(true);
            }
            case 2 -> {
                String rows = "1\tx\n".repeat(random.nextInt(500));
                try (Statement statement = connection.createStatement()) {
                    statement.execute("create temp table if not exists c (a int, b text)");
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("copy c from stdin", new StringReader(rows));
                }
            }
            case 3 ->
                connection.unwrap(PGConnection.class).getCopyAPI().copyOut("copy t to stdout", new StringWriter());
            case 4 -> cancelled(connection);
            case 5 -> {
                try (Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("select generate_series(1, 100001)")) {
                    unexplained.add("no limit for " + rows);
                } catch (SQLException e) {
                    if (!String.valueOf(e.getSQLState()).equals("54000")) {
                        throw e;
                    }
                }
            }
            default -> {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("select 1; update t set b = b where a = 5; select 2");
                }
            }
        }
    }

    private static void cancelled(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            statement.execute("select pg_sleep(5)");
        } catch (SQLException e) {
            if (!String.valueOf(e.getSQLState()).equals("57014")) {
                throw e;
            }
        }
    }

    /** What a process uses, once garbage is gone. */
    private record Used(long heap, long direct, int threads, long sockets) {
        static Used now() {
            System.gc();
            var os = (com.sun.management.UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return new Used(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20,
                    ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                                    .metric()
                                    .usedDirectMemory()
                            >> 20,
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    os.getOpenFileDescriptorCount());
        }

        /** Within what 200 clients that come and go move up and down. */
        boolean isLike(Used before) {
            return heap < before.heap + 40
                    && direct < before.direct + 40
                    && threads < before.threads + 20
                    && sockets < before.sockets + 150;
        }
    }
}
