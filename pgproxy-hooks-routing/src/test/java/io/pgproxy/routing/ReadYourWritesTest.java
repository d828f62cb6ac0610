package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.Reply;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.protocol.message.frontend.Execute;
import io.pgproxy.protocol.message.frontend.Flush;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.Query;
import io.pgproxy.protocol.message.frontend.Sync;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.testkit.hook.HookTester;
import io.pgproxy.testkit.hook.Seen;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a session has written it sees. */
@Timeout(60)
class ReadYourWritesTest {
    private final Servers servers = new Servers();
    private Topology topology;
    private ReadWriteSplit split;

    @BeforeEach
    void start() {
        servers.get("a").primary(1000);
        servers.get("b").standby(1000);
        topology = Topology.builder()
                .writer("a", Servers.url("a"))
                .reader("b", Servers.url("b"))
                .probe(Quick.PROBES)
                .start(servers);
    }

    @AfterEach
    void stop() {
        topology.close();
    }

    private HookTester tester(UnaryOperator<ReadWriteSplitBuilder> options) {
        split = options.apply(ReadWriteSplit.over(topology)).build();
        return HookTester.of("split", split.hook())
                .upstream("main", sql -> {
                    if (sql.contains("fails")) {
                        throw new PgErrorException(PgError.of("23505", "no"));
                    }
                    return Reply.command("DONE");
                })
                .upstream("b", sql -> Reply.command("DONE"));
    }

    private HookTester tester() {
        return tester(options -> options);
    }

    private static boolean isRead(HookTester tester) {
        return !tester.query("SELECT 1").ran("b").isEmpty();
    }

    /** The writer has moved on, and the reader has not. */
    private void writerMovesOn() {
        servers.get("a").primary(2000);
    }

    private void readerFollows() {
        servers.get("b").standby(2000).awaitAnswer();
        servers.get("a").awaitAnswer();
    }

    @Test
    void aWriteKeepsReadsAtTheWriterUntilAReaderHasIt() {
        for (List<String> write : List.of(
                List.of("INSERT INTO orders VALUES (1)"),
                List.of("BEGIN", "INSERT INTO orders VALUES (1)", "COMMIT"),
                List.of("BEGIN; INSERT INTO orders VALUES (1); COMMIT"),
                List.of("BEGIN", "COMMIT; INSERT INTO orders VALUES (1)"),
                List.of("BEGIN", "INSERT INTO orders VALUES (1)", "COMMIT AND CHAIN", "COMMIT"),
                List.of("PREPARE p AS INSERT INTO orders VALUES (1)", "EXECUTE p"),
                List.of("SELECT own_function()"),
                List.of("INSERT INTO fails VALUES (1)"),
                List.of("DO $$ BEGIN END $$"))) {
            servers.get("a").primary(1000);
            servers.get("b").standby(1000).awaitAnswer();
            servers.get("a").awaitAnswer();
            try (HookTester tester = tester()) {
                assertThat(isRead(tester)).isTrue();
                writerMovesOn();
                write.forEach(tester::query);
                assertThat(isRead(tester)).as("at once after %s", write).isFalse();
                servers.get("a").awaitAnswer();
                servers.get("b").awaitAnswer();
                assertThat(isRead(tester)).as("later after %s", write).isFalse();
                assertThat(isRead(tester)).isFalse();
                readerFollows();
                assertThat(isRead(tester)).as("replayed after %s", write).isTrue();
            }
        }
    }

    @Test
    void aBlockThatReadsIsNoWrite() {
        try (HookTester tester = tester()) {
            writerMovesOn();
            tester.query("BEGIN");
            tester.query("SELECT 1");
            tester.query("COMMIT");
            tester.query("SET work_mem = '1MB'");
            assertThat(isRead(tester)).isTrue();
        }
    }

    @Test
    void anotherSessionsWriteIsNotWaitedFor() {
        try (HookTester writing = tester();
                HookTester reading = HookTester.of("split", split.hook())
                        .upstream("main", sql -> Reply.command("DONE"))
                        .upstream("b", sql -> Reply.command("DONE"))) {
            writerMovesOn();
            writing.query("INSERT INTO orders VALUES (1)");
            assertThat(isRead(reading)).isTrue();
            assertThat(isRead(writing)).isFalse();
        }
    }

    @Test
    void whatIsPipelinedBehindAWriteIsDecidedBeforeItHasEnded() {
        try (HookTester tester = tester()) {
            tester.login();
            Seen seen = tester.messages(
                    new Query("INSERT INTO orders VALUES (1)"), new Query("SELECT 1"), new Query("SELECT 2"));
            assertThat(seen.ran("main")).hasSize(3);
            seen = tester.messages(
                    new Parse("", "INSERT INTO orders VALUES (1)", List.of()),
                    new Bind("", "", List.of(), List.of(), List.of()),
                    new Execute("", 0),
                    Sync.INSTANCE,
                    new Parse("", "SELECT 1", List.of()),
                    new Bind("", "", List.of(), List.of(), List.of()),
                    new Execute("", 0),
                    Sync.INSTANCE);
            assertThat(seen.ran("main")).hasSize(2);
            assertThat(split.counts().reads()).isZero();
        }
    }

    @Test
    void whatMayGoOnIsTheWriters() {
        try (HookTester tester = tester()) {
            assertThat(tester.messages(
                                    new Parse("", "SELECT 1", List.of()),
                                    new Bind("", "", List.of(), List.of(), List.of()),
                                    new Execute("", 0),
                                    Flush.INSTANCE,
                                    Sync.INSTANCE)
                            .ran("main"))
                    .hasSize(1);
        }
    }

    @Test
    void aReadMayWaitForItsReader() {
        try (HookTester tester = tester(options -> options.waitForReplay(Duration.ofMinutes(1)))) {
            writerMovesOn();
            tester.query("INSERT INTO orders VALUES (1)");
            Seen seen = tester.query("SELECT 1");
            assertThat(seen.waiting()).isTrue();
            servers.get("b").standby(2000);
            tester.await();
            assertThat(seen.ran("b")).hasSize(1);
            assertThat(split.counts()).isEqualTo(new SplitCounts(1, 1, 0, 0, 0, 0, 1));
            assertThat(topology.isAwaited()).isFalse();
        }
    }

    @Test
    void whoWaitsInVainIsAnsweredByTheWriter() {
        try (HookTester tester = tester(options -> options.waitForReplay(Duration.ofMillis(30)))) {
            writerMovesOn();
            tester.query("INSERT INTO orders VALUES (1)");
            Seen seen = tester.query("SELECT 1");
            assertThat(seen.waiting()).isTrue();
            tester.await();
            assertThat(seen.ran("main")).hasSize(1);
            assertThat(split.counts()).isEqualTo(new SplitCounts(1, 0, 0, 0, 0, 1, 1));
        }
    }

    @Test
    void whoGoesWhileWaitingIsNotWaitedFor() {
        try (HookTester tester = tester(options -> options.waitForReplay(Duration.ofMinutes(1)))) {
            writerMovesOn();
            tester.query("INSERT INTO orders VALUES (1)");
            assertThat(tester.query("SELECT 1").waiting()).isTrue();
            tester.disconnect();
            Patience.until("nobody waits", () -> !topology.isAwaited());
        }
    }

    @Test
    void itCanBeLeftOut() {
        try (HookTester tester = tester(options -> options.readYourWrites(false))) {
            writerMovesOn();
            tester.query("INSERT INTO orders VALUES (1)");
            assertThat(isRead(tester)).isTrue();
        }
    }

    @Test
    void lagKeepsReadsAtTheWriter() {
        servers.get("b").standby(900).showsAge(10_000).awaitAnswer();
        servers.get("a").awaitAnswer();
        try (HookTester tester = tester(options -> options.maxLagBytes(100))) {
            assertThat(isRead(tester)).isTrue();
        }
        try (HookTester tester = tester(options -> options.maxLagBytes(99))) {
            assertThat(isRead(tester)).isFalse();
            assertThat(split.counts().lagging()).isEqualTo(1);
        }
        try (HookTester tester = tester(options -> options.maxLag(Duration.ofMinutes(1)))) {
            assertThat(isRead(tester)).isTrue();
        }
        try (HookTester tester = tester(options -> options.maxLag(Duration.ofSeconds(5)))) {
            assertThat(isRead(tester)).isFalse();
            servers.get("b").standby(1000).awaitAnswer();
            assertThat(isRead(tester)).isTrue();
        }
        servers.get("b").showsAge(-1).standby(900).awaitAnswer();
        try (HookTester tester = tester(options -> options.maxLag(Duration.ofDays(1)))) {
            assertThat(isRead(tester)).isFalse(); // nobody knows how old that is
        }
    }
}
