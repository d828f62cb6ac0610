package io.pgproxy.observation.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.observation.ObservedQueries;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The programs of docs/tracing.md are the classes beside this one, and do what is said there. */
@WithPostgres
final class DocumentsTest {
    private static final Path SOURCES = Path.of("src/test/java/io/pgproxy/observation/documents");
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\\R(.*?)^```$");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void theDocumentHasTheseProgramsAndNoOthers() throws IOException {
        List<String> documented = JAVA.matcher(Files.readString(Path.of("../docs/tracing.md")))
                .results()
                .map(block -> block.group(1))
                .toList();

        assertThat(documented)
                .containsExactly(source("QueryTimers.java"), source("ByDatabase.java"), source("RecordedFlights.java"));
    }

    private static String source(String file) throws IOException {
        String source = Files.readString(SOURCES.resolve(file));
        return source.substring(source.indexOf("import "));
    }

    @Test
    void aTimerTellsHowOftenWhatRuns(TestDatabase database) throws Exception {
        try (ProxyServer proxy = proxy(database, QueryTimers.hook(meters))) {
            assertThat(one(proxy, database, "VALUES (2)")).isEqualTo("2");
        }

        Await.until(
                "it is timed",
                () -> meters
                                .find("pgproxy.query")
                                .tag("db.operation.name", "VALUES")
                                .tag("pgproxy.status", "succeeded")
                                .tag("error", "none")
                                .timers()
                                .stream()
                                .mapToLong(timer -> timer.count())
                                .sum()
                        == 1);
    }

    @Test
    void aHostHasTimersForEachDatabase(TestDatabase database) throws Exception {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        try (ProxyServer proxy = proxy(database, ObservedQueries.of(registry).named(new ByDatabase()))) {
            one(proxy, database, "VALUES (2)");
        }

        Await.until(
                "it is timed",
                () -> !meters.find("shop.query")
                        .tag("shop.database", database.name())
                        .timers()
                        .isEmpty());
        assertThat(meters.find("pgproxy.query").timers()).isEmpty();
    }

    @Test
    void aProxyThatCanBeRecordedLetsQueriesPass(TestDatabase database) throws Exception {
        try (ProxyServer proxy = RecordedFlights.start(database.url())) {
            assertThat(one(proxy, database, "VALUES (2)")).isEqualTo("2");
        }
    }

    private static ProxyServer proxy(TestDatabase database, QueryHook hook) throws IOException {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url())
                .hook("observed", hook)
                .build()
                .start();
    }

    private static String one(ProxyServer proxy, TestDatabase database, String sql) throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database.name()
                + "?sslmode=disable&gssEncMode=disable";
        try (Connection client = DriverManager.getConnection(url, database.user(), database.password());
                Statement statement = client.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
