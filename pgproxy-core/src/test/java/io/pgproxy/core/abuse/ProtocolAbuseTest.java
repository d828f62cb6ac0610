package io.pgproxy.core.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.pgproxy.core.wire.Relay;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import io.pgproxy.tls.Certificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every case of the corpus against a proxy whose server asks for SCRAM. Cases mostly wait, so several run at a time.
 */
@WithPostgres(hba = "host all all 127.0.0.1/32 scram-sha-256")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProtocolAbuseTest {
    private static final Duration LOGIN_DEADLINE = Duration.ofMillis(1_500);
    private static final int AT_A_TIME = 12;

    private Relay relay;
    private TestDatabase database;
    private ExecutorService clients;

    @BeforeAll
    void start(TestDatabase given, @TempDir Path directory) throws Exception {
        database = given;
        relay = Relay.to(
                given.host(),
                given.port(),
                limits -> limits.loginDeadline(LOGIN_DEADLINE),
                new Certificates(directory, "abuse").server("server").tls());
        clients = Executors.newFixedThreadPool(AT_A_TIME);
    }

    @AfterAll
    void stop() {
        clients.shutdownNow();
        relay.close();
    }

    @TestFactory
    Stream<DynamicTest> endsAsPostgresWouldEndItAndHurtsNobodyElse() throws Exception {
        List<AbuseCase> cases = AbuseCase.all();
        assertThat(cases).hasSize(59);

        AbuseRun run = new AbuseRun(relay.port(), database, LOGIN_DEADLINE);
        return cases.stream()
                .map(abuse -> Map.entry(abuse, clients.submit(() -> outcome(run, abuse))))
                .toList()
                .stream()
                .map(started ->
                        dynamicTest(started.getKey().toString(), () -> judge(started.getKey(), started.getValue())));
    }

    private static String outcome(AbuseRun run, AbuseCase abuse) throws Exception {
        String outcome = run.outcome(abuse);
        run.demandFreshLogin();
        return outcome;
    }

    private static void judge(AbuseCase abuse, Future<String> ran) throws Exception {
        String outcome = ran.get();
        assertThat(abuse.accepts(outcome))
                .as(outcome + " is none of " + abuse.fields().get("accept"))
                .isTrue();
    }
}
