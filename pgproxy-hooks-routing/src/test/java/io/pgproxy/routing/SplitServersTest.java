package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.Reply;
import io.pgproxy.testkit.hook.HookTester;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Decisions by what a real writer and a real replica say, about the statements of a client in memory. */
@Timeout(120)
class SplitServersTest {
    private static HookTester tester(ReadWriteSplit split) {
        return HookTester.of("split", split.hook())
                .upstream("main", sql -> Reply.command("DONE"))
                .upstream("b", sql -> Reply.command("DONE"));
    }

    @Test
    void whatASessionHasWrittenItReadsOnTheWriterUntilTheReplicaHasIt(
            @WithPostgres(own = true, primary = true) LocalPostgres primary) throws Exception {
        try (LocalReplica replica = primary.startReplica();
                Topology topology = Topology.builder()
                        .writer("a", primary.url("postgres"))
                        .reader("b", replica.server().url("postgres"))
                        .probe(Quick.PROBES)
                        .start()) {
            ReadWriteSplit split = ReadWriteSplit.over(topology).build();
            primary.execute("CREATE TABLE orders (id int)");
            replica.awaitReplay(Duration.ofSeconds(30));
            try (HookTester tester = tester(split)) {
                assertThat(tester.query("SELECT 1 FROM orders").ran("b")).hasSize(1);

                replica.pauseReplay();
                primary.execute("INSERT INTO orders VALUES (1)");
                tester.query("INSERT INTO orders VALUES (1)");
                for (int i = 0; i < 50; i++) {
                    assertThat(tester.query("SELECT 2 FROM orders").ran("b")).isEmpty();
                }
                assertThat(split.counts().stale()).isEqualTo(50);

                replica.resumeReplay();
                Patience.until(
                        "the replica answers",
                        () -> !tester.query("SELECT 3 FROM orders").ran("b").isEmpty());
            }
        }
    }
}
