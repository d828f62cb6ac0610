package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pgproxy.sql.catalog.FunctionVerdict.Allowed;
import io.pgproxy.sql.catalog.FunctionVerdict.Refused;
import io.pgproxy.sql.corpus.Json;
import io.pgproxy.sql.corpus.ValidStatement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The default policy against what is called in the corpora. */
class CorpusFunctionsTest {
    private static final Set<String> TOOLS =
            Set.of("psql", "pgadmin", "pgjdbc", "pgdump", "sqlalchemy", "django", "sequelize", "typeorm", "knex");
    private static final FunctionPolicy POLICY = FunctionPolicy.readOnly();

    @TestFactory
    Stream<DynamicTest> nothingThatAnAllowedCaseCallsIsRefused() {
        return cases("allow")
                .map(each -> DynamicTest.dynamicTest(
                        each.get("id").asText(),
                        () -> assertThat(refused(each.get("sql").asText())).isEmpty()));
    }

    /** What READ ONLY does not stop, or what a function of PostgreSQL's own does, must be seen by its name. */
    @TestFactory
    Stream<DynamicTest> aFunctionForWhichACaseIsBlockedIsRefused() {
        return cases("block")
                .filter(each -> each.get("category").asText().equals("function"))
                .filter(each -> CalledNames.in(each.get("sql").asText()).stream()
                        .anyMatch(call -> !call.name().startsWith("f_")))
                .map(each -> DynamicTest.dynamicTest(
                        each.get("id").asText(),
                        () -> assertThat(refused(each.get("sql").asText())).isNotEmpty()));
    }

    @Test
    void readsOfToolsCallNothingThatIsRefused() {
        Set<String> refused = new TreeSet<>();
        int calls = 0;
        for (ValidStatement statement : ValidStatement.all()) {
            if (TOOLS.contains(statement.source()) && statement.kind().equals("read")) {
                calls += CalledNames.in(statement.sql()).size();
                for (CalledNames name : refused(statement.sql())) {
                    refused.add(statement.source() + " " + name.name());
                }
            }
        }

        assertThat(calls).isGreaterThan(1_000);
        // A dashboard that shows the server's log.
        assertThat(refused).containsExactly("pgadmin pg_stat_file");
    }

    @Test
    void theToolsKnowNoHarmlessFunctionThatTheListDoesNot() {
        Set<String> unknown = new TreeSet<>();
        for (ValidStatement statement : ValidStatement.all()) {
            if (TOOLS.contains(statement.source()) && statement.kind().equals("read")) {
                for (CalledNames call : CalledNames.in(statement.sql())) {
                    if ("pg_catalog".equals(call.schema())
                            && !(POLICY.decide(call.schema(), call.name()) instanceof Allowed)) {
                        unknown.add(call.name());
                    }
                }
            }
        }

        assertThat(unknown).isEmpty();
    }

    private static Stream<JsonNode> cases(String expect) {
        return Json.lines("readonly-cases.jsonl").stream()
                .filter(each -> each.get("expect").asText().equals(expect));
    }

    private static List<CalledNames> refused(String sql) {
        return CalledNames.in(sql).stream()
                .filter(call -> POLICY.decide(call.schema(), call.name()) instanceof Refused)
                .toList();
    }
}
