package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.catalog.FunctionVerdict.Allowed;
import io.pgproxy.sql.catalog.FunctionVerdict.Refused;
import io.pgproxy.sql.catalog.FunctionVerdict.Unknown;
import io.pgproxy.sql.corpus.Json;
import io.pgproxy.sql.corpus.ValidStatement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The default policy against what is called in the corpora. */
class CorpusFunctionsTest {
    private static final Set<String> TOOLS =
            Set.of("psql", "pgadmin", "pgjdbc", "pgdump", "sqlalchemy", "django", "sequelize", "typeorm", "knex");
    private static final FunctionPolicy POLICY = FunctionPolicy.readOnly();
    private static final SqlAnalyzer ANALYZER = SqlAnalyzer.builder().build();

    @AfterAll
    static void close() {
        ANALYZER.close();
    }

    @TestFactory
    Stream<DynamicTest> nothingThatAnAllowedCaseCallsIsRefused() {
        return cases("allow")
                .map(each -> DynamicTest.dynamicTest(
                        each.get("id").asText(),
                        () -> assertThat(calls(each.get("sql").asText()).filter(CorpusFunctionsTest::isRefused))
                                .isEmpty()));
    }

    /** What READ ONLY does not stop, and what a function of PostgreSQL's own does, must be seen by its name. */
    @TestFactory
    Stream<DynamicTest> aFunctionForWhichACaseIsBlockedIsRefused() {
        return cases("block")
                .filter(each -> each.get("category").asText().equals("function"))
                .filter(each -> calls(each.get("sql").asText())
                        .anyMatch(call -> !call.name().startsWith("f_")))
                .map(each -> DynamicTest.dynamicTest(
                        each.get("id").asText(),
                        () -> assertThat(calls(each.get("sql").asText()).filter(CorpusFunctionsTest::isRefused))
                                .isNotEmpty()));
    }

    /** These are the ones whose effects only the server's READ ONLY stops. */
    @Test
    void aBlockedReadThatIsNotRefusedCallsAFunctionOfTheFixtures() {
        Set<String> passing = new TreeSet<>();
        for (JsonNode each : cases("block").toList()) {
            ANALYZER.analyze(each.get("sql").asText()).statements().stream()
                    .filter(statement -> statement.facts().readsOnly())
                    .flatMap(statement -> statement.facts().functions().stream())
                    .filter(call -> POLICY.decide(call) instanceof Unknown)
                    .forEach(call -> passing.add(call.name()));
        }

        assertThat(passing).containsExactly("f_dyn", "f_w", "f_wset", "f_wsql");
    }

    @Test
    void readsOfToolsCallNothingThatIsRefused() {
        Set<String> refused = new TreeSet<>();
        long calls = 0;
        for (ValidStatement statement : toolReads()) {
            List<FunctionName> called = calls(statement.sql()).toList();
            calls += called.size();
            called.stream()
                    .filter(CorpusFunctionsTest::isRefused)
                    .forEach(name -> refused.add(statement.source() + " " + name.name()));
        }

        assertThat(calls).isGreaterThan(900);
        // A dashboard that shows the server's log.
        assertThat(refused).containsExactly("pgadmin pg_stat_file");
    }

    @Test
    void toolsCallNoHarmlessFunctionThatTheListDoesNotKnow() {
        Set<String> unknown = new TreeSet<>();
        for (ValidStatement statement : toolReads()) {
            calls(statement.sql())
                    .filter(call -> !(POLICY.decide(call) instanceof Allowed) && !isRefused(call))
                    .forEach(call -> unknown.add(call.name()));
        }

        assertThat(unknown).isEmpty();
    }

    private static List<ValidStatement> toolReads() {
        return ValidStatement.all().stream()
                .filter(statement -> TOOLS.contains(statement.source()))
                .filter(statement -> statement.kind().equals("read"))
                .toList();
    }

    private static Stream<JsonNode> cases(String expect) {
        return Json.lines("readonly-cases.jsonl").stream()
                .filter(each -> each.get("expect").asText().equals(expect));
    }

    private static boolean isRefused(FunctionName call) {
        return POLICY.decide(call) instanceof Refused;
    }

    private static Stream<FunctionName> calls(String sql) {
        return ANALYZER.analyze(sql).statements().stream().flatMap(statement -> statement.facts().functions().stream());
    }
}
