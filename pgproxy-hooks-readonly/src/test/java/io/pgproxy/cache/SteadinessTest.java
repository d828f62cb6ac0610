package io.pgproxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.catalog.BuiltInFunction;
import io.pgproxy.sql.catalog.BuiltInFunctions;
import io.pgproxy.sql.catalog.Catalog;
import io.pgproxy.sql.catalog.FunctionEffect;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.Routine;
import io.pgproxy.sql.catalog.SearchPath;
import io.pgproxy.sql.catalog.Volatility;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@WithPostgres
class SteadinessTest {
    private static final Steadiness STEADINESS = new Steadiness(Declarations.NONE);

    private static List<Catalog> catalogs = List.of();
    private static List<TestDatabase> databases = List.of();

    @BeforeAll
    static void read(TestDatabase database, @WithPostgres(version = 18) TestDatabase newest) throws SQLException {
        databases = List.of(database, newest);
        catalogs = List.of(Shop.catalog(database), Shop.catalog(newest));
    }

    private static List<Routine> builtIn(Catalog catalog) {
        return BuiltInFunctions.all().functions().stream()
                .map(function -> catalog.routines(function.schema(), function.name(), SearchPath.of()))
                .flatMap(Collection::stream)
                .toList();
    }

    @Test
    void noVolatileFunctionOfTheServerIsSteady() {
        for (Catalog catalog : catalogs) {
            assertThat(builtIn(catalog))
                    .hasSizeGreaterThan(2_500)
                    .filteredOn(routine -> routine.volatility() == Volatility.VOLATILE)
                    .hasSizeGreaterThan(200)
                    .noneMatch(STEADINESS::isSteadyWhereStored);
        }
    }

    @Test
    void everyReviewedNameIsAStableFunctionOfSomeVersion() {
        for (String name : Steadiness.reviewed()) {
            BuiltInFunction function =
                    Objects.requireNonNull(BuiltInFunctions.all().find(null, name), name);

            assertThat(IntStream.rangeClosed(14, 18).mapToObj(function::volatility))
                    .as(name)
                    .contains(Volatility.STABLE);
        }
    }

    private static boolean isForTheServerItself(Routine routine) {
        BuiltInFunction function = BuiltInFunctions.all().find(routine.schema(), routine.name());
        return function == null || function.effect(FunctionPolicy.ANY_NUMBER) == FunctionEffect.INTERNAL;
    }

    /** What is left of the STABLE ones, so that a new version's are looked at. */
    @Test
    void theOtherStableOnesAreOfTheClockTheServerOrTheSession() {
        Set<String> others = catalogs.stream()
                .flatMap(catalog -> builtIn(catalog).stream())
                .filter(routine -> routine.volatility() == Volatility.STABLE && !STEADINESS.isSteady(routine))
                .filter(routine -> !isForTheServerItself(routine))
                .map(Routine::name)
                .filter(name ->
                        !name.matches("pg_.*|_pg_.*|.*(in|out|recv|send)|has_.*|inet_.*|txid_.*|to_reg.*|.*_to_xml.*"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(others)
                .containsExactly(
                        "aclexplode",
                        "age",
                        "col_description",
                        "current_schema",
                        "current_schemas",
                        "current_setting",
                        "format_type",
                        "getdatabaseencoding",
                        "mxid_age",
                        "now",
                        "obj_description",
                        "oidvectortypes",
                        "regclass",
                        "row_security_active",
                        "shobj_description",
                        "statement_timestamp",
                        "system_user",
                        "timetz",
                        "transaction_timestamp",
                        "ts_debug",
                        "ts_parse",
                        "ts_token_type",
                        "version");
    }

    @Test
    void behindOperatorsAndCastsOnlyTwoAreNot() throws SQLException {
        for (int i = 0; i < databases.size(); i++) {
            Catalog catalog = catalogs.get(i);
            Set<String> others = databases
                    .get(i)
                    .query("select distinct p.proname from pg_proc p where p.oid in"
                            + " (select oprcode from pg_operator union all select castfunc from pg_cast)")
                    .stream()
                    .map(row -> Objects.requireNonNull(row.get(0)))
                    .filter(name -> !catalog.routines("pg_catalog", name, SearchPath.of()).stream()
                            .allMatch(STEADINESS::isSteady))
                    .collect(Collectors.toCollection(TreeSet::new));

            // Words of the text tell of these two.
            assertThat(others).containsExactly("regclass", "timetz");
        }
    }

    @Test
    void whatAsksForSettingsIsSteadyWhereItIsStored() {
        Routine setting = catalogs.get(0)
                .routines("pg_catalog", "current_setting", SearchPath.of())
                .get(0);

        assertThat(STEADINESS.isSteady(setting)).isFalse();
        assertThat(STEADINESS.isSteadyWhereStored(setting)).isTrue();
    }
}
