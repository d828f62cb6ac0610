package io.pgproxy.cache.drivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/**
 * A driver hears from the cache what it hears from the server, message by message. What the messages before the first
 * ReadyForQuery say is left out: keys and process numbers are each session's own.
 */
@WithPostgres
class DriversTest {
    /** Held, or its level would be forgotten; it would tell of the errors that are provoked here. */
    private static final Logger HIBERNATE = Logger.getLogger("org.hibernate");

    private static ThreeWays ways;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        HIBERNATE.setLevel(Level.SEVERE);
        ways = ThreeWays.to(database);
    }

    @AfterAll
    static void stop() throws Exception {
        ways.close();
    }

    static List<RawReads> raw() {
        return RawReads.ALL;
    }

    @ParameterizedTest
    @MethodSource
    void raw(RawReads reads) throws Exception {
        assertThat(ways.same(reads)).isPositive();
    }

    static Stream<JdbcReads> jdbc() {
        return Stream.of(
                JdbcReads.with(),
                JdbcReads.with("prepareThreshold=-1"), // prepared and binary from the first time on
                JdbcReads.with("binaryTransfer=false", "autosave=always"),
                JdbcReads.with("preferQueryMode=simple"),
                JdbcReads.with("preferQueryMode=extendedCacheEverything", "defaultRowFetchSize=9"));
    }

    @ParameterizedTest
    @MethodSource
    void jdbc(JdbcReads reads) throws Exception {
        assertThat(ways.same(reads)).isGreaterThan(60);
    }

    @Test
    void hibernate() throws Exception {
        try (HibernateReads reads = new HibernateReads()) {
            assertThat(ways.same(reads)).isGreaterThan(30);
        }
    }

    @Test
    void vertx() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            assertThat(ways.same(new VertxReads(vertx))).isGreaterThan(100);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void r2dbc() throws Exception {
        LoopResources loops = LoopResources.create("r2dbc", 1, true);
        try {
            assertThat(ways.same(new R2dbcReads(loops, true))).isGreaterThan(60);
            assertThat(ways.same(new R2dbcReads(loops, false))).isGreaterThan(60);
        } finally {
            loops.disposeLater(Duration.ZERO, Duration.ofSeconds(30)).block();
            Schedulers.shutdownNow();
        }
    }

    @Test
    void psycopg() throws Exception {
        assertThat(ways.same(Program.psycopg(directory))).isGreaterThan(100);
    }

    @Test
    void nodePg() throws Exception {
        assertThat(ways.same(Program.nodePg())).isGreaterThan(100);
    }

    @Test
    void psql() throws Exception {
        assertThat(ways.same(Program.psql(directory))).isGreaterThan(12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "prepared"})
    void pgbench(String protocol) throws Exception {
        assertThat(ways.same(Program.pgbench(directory, protocol))).isGreaterThan(10);
    }
}
