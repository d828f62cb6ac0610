package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WithPostgres
class BuiltInFunctionsTest {
    private static final BuiltInFunctions BUILT_IN = BuiltInFunctions.all();

    @ParameterizedTest
    @ValueSource(ints = {14, 15, 16, 17, 18})
    void everyVolatileFunctionOfAVersionHasBeenReviewed(int version) {
        Stream<BuiltInFunction> volatiles =
                BUILT_IN.functions().stream().filter(function -> function.volatility(version) == Volatility.VOLATILE);

        assertThat(volatiles.toList())
                .hasSizeGreaterThan(200)
                .noneMatch(function -> function.effect(FunctionPolicy.ANY_NUMBER) == FunctionEffect.UNKNOWN);
    }

    @Test
    void everyNameInTheReviewIsAFunctionOfSomeVersion() {
        for (String name : EffectList.read("effects.txt").names()) {
            assertThat(BUILT_IN.find(null, name.replaceFirst("/.*", "")))
                    .as(name)
                    .isNotNull();
        }
    }

    @Test
    void theListIsWhatTheDefaultServerHas(TestDatabase database) throws Exception {
        assertTheListIsWhatItHas(database);
    }

    @Test
    void theListIsWhatTheNewestServerHas(@WithPostgres(version = 18) TestDatabase database) throws Exception {
        assertTheListIsWhatItHas(database);
    }

    private static void assertTheListIsWhatItHas(TestDatabase database) throws Exception {
        int version = database.server().version();
        List<List<String>> rows = database.query("select nspname, proname, max(provolatile::text collate \"C\")"
                + " from pg_proc p join pg_namespace n on n.oid = pronamespace"
                + " where nspname in ('pg_catalog', 'information_schema') group by 1, 2");

        TreeSet<String> differences = new TreeSet<>();
        for (List<String> row : rows) {
            BuiltInFunction function = BUILT_IN.find(row.get(0), row.get(1));
            // Codes sort as their promises do: i, s, v.
            if (function == null
                    || function.volatility(version)
                            != Volatility.ofCode(row.get(2).charAt(0))) {
                differences.add(row + " but " + function);
            }
        }
        long listed = BUILT_IN.functions().stream()
                .filter(function ->
                        function.existsIn(version) && !function.kinds().isEmpty())
                .count();

        assertThat(differences).isEmpty();
        assertThat(listed).isGreaterThanOrEqualTo(rows.size());
    }

    /** No call in the text tells of these. */
    @Test
    void operatorsAndCastsThatAreBuiltInHaveNoEffects(
            TestDatabase database, @WithPostgres(version = 18) TestDatabase newest) throws Exception {
        String query = "select distinct p.proname from pg_proc p where p.oid in"
                + " (select oprcode from pg_operator union all select castfunc from pg_cast)";
        for (TestDatabase each : List.of(database, newest)) {
            assertThat(each.query(query))
                    .hasSizeGreaterThan(700)
                    .allMatch(row -> BUILT_IN.find(null, row.get(0))
                            .effect(FunctionPolicy.ANY_NUMBER)
                            .isHarmless());
        }
    }

    @Test
    void aVersionHasWhatItHas() {
        BuiltInFunction uuidv7 = BUILT_IN.find("pg_catalog", "uuidv7");

        assertThat(uuidv7.existsIn(17)).isFalse();
        assertThat(uuidv7.volatility(17)).isNull();
        assertThat(uuidv7.existsIn(18)).isTrue();
        assertThat(uuidv7.existsIn(19)).isTrue();
        assertThat(uuidv7.existsIn(0)).isTrue();
        assertThat(BUILT_IN.find(null, "pg_start_backup").existsIn(15)).isFalse();
        assertThat(BUILT_IN.find(null, "timezone").volatility(14)).isEqualTo(Volatility.VOLATILE);
        assertThat(BUILT_IN.find(null, "timezone").volatility(15)).isEqualTo(Volatility.STABLE);
        assertThat(BUILT_IN.find(null, "timezone").volatility(0)).isEqualTo(Volatility.VOLATILE);
    }

    @Test
    void kindsAreThoseOfTheOverloads() {
        assertThat(BUILT_IN.find(null, "count").kinds()).containsExactly(RoutineKind.AGGREGATE);
        assertThat(BUILT_IN.find(null, "rank").kinds()).containsExactly(RoutineKind.AGGREGATE, RoutineKind.WINDOW);
        assertThat(BUILT_IN.find(null, "inet").kinds()).isEmpty();
        assertThat(BUILT_IN.find(null, "inet").isType()).isTrue();
        assertThat(BUILT_IN.find(null, "date").isType()).isTrue();
        assertThat(BUILT_IN.find(null, "generate_series").returnsSet()).isTrue();
        assertThat(BUILT_IN.find(null, "lower").returnsSet()).isFalse();
    }

    @Test
    void otherSchemasHaveNothingBuiltIn() {
        assertThat(BUILT_IN.find("public", "lower")).isNull();
        assertThat(BUILT_IN.find("information_schema", "_pg_expandarray")).isNotNull();
        assertThat(BUILT_IN.find("information_schema", "lower")).isNull();
        assertThat(BUILT_IN.find(null, "_pg_expandarray")).isNull();
        assertThat(BUILT_IN.find(null, "information_schema._pg_expandarray")).isNull();
        assertThat(BUILT_IN.find("pg_catalog", "information_schema._pg_expandarray"))
                .isNull();
    }
}
