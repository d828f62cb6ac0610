package io.pgproxy.metrics.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pgproxy.core.Limit;
import io.pgproxy.core.Limits;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.wire.Await;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.Verdict;
import io.pgproxy.metrics.MicrometerMetrics;
import io.pgproxy.pool.PoolSettings;
import io.pgproxy.sql.StatementFamily;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/metrics.md: its program is the class beside this one, and its tables have every meter, tag and value. */
@WithPostgres
class DocumentsTest {
    private final MetricsDocument document = MetricsDocument.read();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    DocumentsTest() throws IOException {}

    @Test
    void theDocumentHasThisProgramAndNoOther() throws IOException {
        String source = Files.readString(Path.of("src/test/java/io/pgproxy/metrics/documents/MeasuredProxy.java"));

        assertThat(document.blocks("java")).containsExactly(source.substring(source.indexOf("import ")));
    }

    @Test
    void theProgramMeasures(TestDatabase database) throws Exception {
        try (ProxyServer proxy = MeasuredProxy.start(database.url(), registry)) {
            run(proxy, database, "SELECT 1");
        }

        assertThat(registry.get("pgproxy.queries")
                        .tags("kind", "select", "status", "succeeded", "source", "upstream")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void theTableHasEveryMeterOfARealRunAndNoOther(TestDatabase database) throws Exception {
        try (ProxyServer proxy = ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(database.url())
                .upstream("pooled", database.url(), PoolSettings.transaction(2))
                .limits(Limits.builder().maxRows(2).build())
                .metrics(MicrometerMetrics.of(registry))
                .hook("tested", QueryHook.admit(execution -> Verdict.proceed()))
                .build()
                .start()) {
            run(proxy, database, "SELECT 1");
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> run(proxy, database, "SELECT generate_series(1, 3)"));
            Await.until("all are gone", () -> proxy.sessionCount() == 0);

            assertThat(document.meters().stream().map(MetricsDocument.Row::name))
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(
                            ids().map(Meter.Id::getName).collect(Collectors.toSet()));
            for (MetricsDocument.Row row : document.meters()) {
                assertThat(registry.find(row.name()).meters()).allSatisfy(meter -> assertIsAsSaid(meter.getId(), row));
            }
            assertThat(document.tags())
                    .isEqualTo(ids().flatMap(meter -> meter.getTags().stream())
                            .map(Tag::getKey)
                            .collect(Collectors.toCollection(TreeSet::new)));
            assertThat(values("hook")).containsExactly("tested");
            assertThat(values("upstream")).containsExactly("pooled");
            for (String tag : List.of("state", "status", "source", "where", "family", "limit", "stage", "memory")) {
                assertThat(document.values(tag)).as(tag).containsAll(values(tag));
            }
        }
    }

    private static void assertIsAsSaid(Meter.Id meter, MetricsDocument.Row row) {
        assertThat(meter.getTags().stream().map(Tag::getKey)).containsExactlyInAnyOrderElementsOf(row.tags());
        assertThat(meter.getType().name().toLowerCase(Locale.ROOT)).isEqualTo(row.type());
        String unit = meter.getBaseUnit();
        assertThat(row.unit()).isEqualTo(unit == null ? "" : unit);
    }

    private Set<String> values(String tag) {
        return ids().map(meter -> meter.getTag(tag))
                .filter(value -> value != null)
                .collect(Collectors.toSet());
    }

    /** Without those that this registry makes for the buckets of a histogram. */
    private Stream<Meter.Id> ids() {
        return registry.getMeters().stream().map(Meter::getId).filter(meter -> meter.syntheticAssociation() == null);
    }

    @Test
    void everyValueIsDocumented() {
        assertThat(document.values("status")).containsExactlyElementsOf(names(Outcome.Status.values()));
        assertThat(document.values("source")).containsExactlyElementsOf(names(Outcome.Source.values()));
        assertThat(document.values("family")).containsExactlyElementsOf(names(StatementFamily.values()));
        assertThat(document.values("limit")).containsExactlyElementsOf(names(Limit.values()));
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    @Test
    void queriesAndAlertsAskForWhatThereIs() {
        Set<String> known =
                document.meters().stream().map(MetricsDocument.Row::prometheus).collect(Collectors.toSet());

        assertThat(Stream.of("promql", "yaml")
                        .flatMap(language -> document.blocks(language).stream())
                        .flatMap(block -> Pattern.compile("pgproxy_[a-z_]+")
                                .matcher(block)
                                .results()
                                .map(found -> found.group().replaceFirst("_(bucket|sum|count|max)$", ""))))
                .isNotEmpty()
                .allMatch(known::contains);
    }

    private static void run(ProxyServer proxy, TestDatabase database, String sql) throws SQLException {
        try (Connection client = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + database.name(),
                        database.user(),
                        database.password());
                Statement statement = client.createStatement()) {
            statement.execute(sql);
        }
    }
}
