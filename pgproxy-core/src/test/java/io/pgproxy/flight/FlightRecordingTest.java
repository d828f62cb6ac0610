package io.pgproxy.flight;

import static io.pgproxy.testkit.peer.FrontendBytes.query;
import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.KeptBySession;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.leak.LeakCheck;
import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithPostgres
class FlightRecordingTest {
    private static final String REFUSED = "refused";
    private static final String REFUSED_BEFORE = "turned away";

    private final TestDatabase database;
    private final List<String> fingerprints = new CopyOnWriteArrayList<>();

    FlightRecordingTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void aRecordingHasEachExecutionAndSessionOfItsTimeWithoutTexts(@TempDir Path directory) throws Exception {
        List<RecordedEvent> events;
        List<Object> forgotten = new ArrayList<>();
        // The threads of the recorder stay for the JVM's life.
        try (ProxyServer proxy = proxy();
                ScriptedClient before = client(proxy);
                Recording recording = LeakCheck.outliving(Recording::new)) {
            ask(before, "values ('not recorded')");
            recording.enable("io.pgproxy.Query").withThreshold(Duration.ZERO);
            recording.enable("io.pgproxy.Session").withThreshold(Duration.ZERO);
            LeakCheck.outliving(() -> {
                recording.start();
                return recording;
            });
            try (ScriptedClient client = client(proxy)) {
                ask(client, "select 'secret', pg_sleep(0.02) from generate_series(1, 2)");
                ask(client, "select 'secret'::int");
                ask(client, "select '" + REFUSED + "'");
                ask(client, "select '" + REFUSED_BEFORE + "'");
                forgotten.addAll(new KeptBySession().keptBy(new FlightRecording()));
            }
            Await.until("the session has ended", () -> proxy.sessionCount() == 1);
            recording.stop();
            ask(before, "values ('not recorded')");
            Path file = directory.resolve("recording.jfr");
            recording.dump(file);
            events = RecordingFile.readAllEvents(file);
        }

        List<RecordedEvent> queries = named("io.pgproxy.Query", events);
        assertThat(queries)
                .extracting(event -> event.getString("status"))
                .containsExactly("SUCCEEDED", "FAILED", "REFUSED", "REFUSED", "SKIPPED");
        RecordedEvent first = queries.get(0);
        assertThat(first.getString("kind")).isEqualTo("SELECT");
        assertThat(first.getString("source")).isEqualTo("UPSTREAM");
        assertThat(first.getString("upstream")).isEqualTo("main");
        assertThat(first.getString("fingerprint")).isEqualTo(fingerprints.get(1));
        assertThat(first.getLong("rows")).isEqualTo(2);
        assertThat(first.getLong("bytes")).isPositive();
        assertThat(first.getDuration("ran"))
                .isGreaterThan(Duration.ofMillis(20))
                .isLessThanOrEqualTo(first.getDuration());
        assertThat(first.getDuration("waited")).isPositive();
        assertThat(queries.get(1).getString("sqlState")).isEqualTo("22P02");
        assertThat(queries.get(2).getString("decidedBy")).isEqualTo(REFUSED);
        assertThat(queries.get(3).getString("decidedBy")).isEqualTo(REFUSED_BEFORE);
        assertThat(forgotten).hasSize(1).allSatisfy(left -> assertThat(left).isEqualTo(Map.of()));
        RecordedEvent session = named("io.pgproxy.Session", events).get(0);
        assertThat(named("io.pgproxy.Session", events)).hasSize(1);
        assertThat(session.getLong("session")).isEqualTo(first.getLong("session"));
        assertThat(session.getString("user")).isEqualTo(database.user());
        assertThat(session.getString("database")).isEqualTo(database.name());
        assertThat(session.getDuration()).isGreaterThan(first.getDuration());
        assertThat(events.toString()).doesNotContain("secret");
    }

    private static List<RecordedEvent> named(String name, List<RecordedEvent> events) {
        List<RecordedEvent> found = new ArrayList<>();
        for (RecordedEvent event : events) {
            if (event.getEventType().getName().equals(name)) {
                found.add(event);
            }
        }
        found.sort(Comparator.comparing(RecordedEvent::getStartTime)); // a file has them thread by thread
        return found;
    }

    private ProxyServer proxy() throws Exception {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url())
                .eventLoops(1)
                .drainDeadline(Duration.ofSeconds(1))
                .hooks(HookChain.builder()
                        .hook(REFUSED_BEFORE, QueryHook.admit(execution -> refuse(execution, REFUSED_BEFORE)))
                        .hook("flight", new FlightRecording())
                        .hook(
                                REFUSED,
                                QueryHook.admit(
                                        execution -> execution.statement().sql().contains(REFUSED)
                                                ? Verdict.reject("42501", "no")
                                                : Verdict.proceed()))
                        .hook(
                                "fingerprints",
                                QueryHook.observe((execution, outcome) -> fingerprints.add(
                                        execution.statement().fingerprint().toString())))
                        .build())
                .build()
                .start();
    }

    private static Verdict<Terms> refuse(Execution execution, String word) {
        return execution.statement().sql().contains(word) ? Verdict.reject("42501", "no") : Verdict.proceed();
    }

    private ScriptedClient client(ProxyServer proxy) throws Exception {
        ScriptedClient client = ScriptedClient.connect("127.0.0.1", proxy.port());
        client.login(database.user(), database.password(), database.name());
        return client;
    }

    private static void ask(ScriptedClient client, String sql) throws Exception {
        client.send(query(sql));
        client.readUntilReady();
    }
}
