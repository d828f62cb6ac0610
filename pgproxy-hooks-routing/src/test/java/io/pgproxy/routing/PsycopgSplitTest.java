package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Whole sessions of psycopg 3 and psycopg2: what a primary and its replica answer through a split is what one server
 * does.
 */
@WithPostgres(primary = true, settings = "wal_writer_delay=10ms") // what is not committed is soon on the replica, too
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class PsycopgSplitTest {
    /** As many reads of a session at least are to be a reader's; most follow upon a write. */
    private static final int LEAST_READS = 15;

    private final LocalPostgres primary;
    private Python python;
    private LocalReplica replica;

    PsycopgSplitTest(LocalPostgres primary) {
        this.primary = primary;
    }

    @BeforeAll
    void stream() throws Exception {
        var found = Python.with("import psycopg, psycopg2, sys; sys.exit(not psycopg.Pipeline.is_supported())");
        assumeTrue(
                found.isPresent(),
                "no python3 on the PATH has psycopg 3 with pipelines, and psycopg2:"
                        + " install Debian's python3-psycopg and python3-psycopg2");
        python = found.get();
        replica = primary.startReplica();
    }

    @AfterAll
    void end() throws Exception {
        if (replica != null) {
            replica.close();
        }
    }

    @Test
    void psycopg3IsAnsweredAsByOneServer() throws Exception {
        assertTheSame("psycopg_3.py");
    }

    @Test
    void psycopg2IsAnsweredAsByOneServer() throws Exception {
        assertTheSame("psycopg_2.py");
    }

    /** Once with what is the default, once with all that can be a reader's. */
    private void assertTheSame(String script) throws Exception {
        String direct = direct(script);
        assertThat(split(script, options -> options)).isEqualTo(direct);
        assertThat(split(script, options -> options.blocks(Blocks.AGGRESSIVE).readOnlyTransactionsToReaders(true)))
                .isEqualTo(direct);
    }

    /** What psycopg says to itself, with addresses of objects, and only if an answer comes in time, is left out. */
    private String said(String script, TestDatabase database, int port) throws Exception {
        return python.run(script, database, port)
                .lines()
                .filter(line -> !line.contains("error ignored terminating"))
                .collect(Collectors.joining("\n"));
    }

    private String direct(String script) throws Exception {
        TestDatabase database = primary.createDatabase("session");
        try {
            return said(script, database, database.port());
        } finally {
            database.drop();
        }
    }

    private String split(String script, UnaryOperator<ReadWriteSplitBuilder> options) throws Exception {
        TestDatabase database = primary.createDatabase("session");
        replica.awaitReplay(Duration.ofSeconds(20));
        try (SplitProxy proxy = SplitProxy.before(
                database, List.of(replica), all -> options.apply(all.waitForReplay(Duration.ofSeconds(1))))) {
            String said = said(script, database, proxy.server().port());
            assertThat(proxy.split().counts().reads())
                    .as("%s", proxy.split().counts())
                    .isGreaterThan(LEAST_READS);
            return said;
        } finally {
            database.drop();
        }
    }
}
