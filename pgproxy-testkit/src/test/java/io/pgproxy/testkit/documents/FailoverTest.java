package io.pgproxy.testkit.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void theReplicaTakesOver(@WithPostgres(own = true, primary = true) LocalPostgres primary) throws Exception {
        try (LocalReplica replica =
                primary.newReplica().setting("work_mem", "1MB").start()) {
            TestDatabase written = primary.createDatabase("shop");
            written.execute("CREATE TABLE orders (id int); INSERT INTO orders VALUES (1)");
            replica.awaitReplay(PATIENCE);
            TestDatabase read = replica.server().database("shop");
            assertThat(read.query("SELECT count(*) FROM orders")).isEqualTo(List.of(List.of("1")));

            replica.pauseReplay();
            written.execute("INSERT INTO orders VALUES (2)");
            assertThat(read.query("SELECT count(*) FROM orders")).isEqualTo(List.of(List.of("1")));
            replica.resumeReplay();
            replica.awaitReplay(PATIENCE);

            primary.kill();
            replica.promote();
            read.execute("INSERT INTO orders VALUES (3)");
            assertThat(read.query("SELECT count(*) FROM orders")).isEqualTo(List.of(List.of("3")));
        }
    }

    @Test
    void writersKnowNothingOfEachOther(
            @WithPostgres(name = "east") TestDatabase east, @WithPostgres(name = "west") TestDatabase west)
            throws Exception {
        east.execute("CREATE TABLE orders (id int)");
        assertThat(west.query("SELECT to_regclass('orders') IS NULL")).isEqualTo(List.of(List.of("t")));
        assertThat(west.port()).isNotEqualTo(east.port());
    }
}
