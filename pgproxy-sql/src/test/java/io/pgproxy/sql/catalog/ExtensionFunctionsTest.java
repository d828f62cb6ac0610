package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.catalog.FunctionVerdict.Refused;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The review of extensions against those that come with PostgreSQL and need no library beside it. */
@WithPostgres
class ExtensionFunctionsTest {
    private static final List<String> EXTENSIONS = List.of(
            "adminpack",
            "amcheck",
            "autoinc",
            "dblink",
            "dict_int",
            "dict_xsyn",
            "file_fdw",
            "insert_username",
            "intagg",
            "isn",
            "lo",
            "moddatetime",
            "pageinspect",
            "pg_buffercache",
            "pg_freespacemap",
            "pg_logicalinspect",
            "pg_prewarm",
            "pg_stat_statements",
            "pg_surgery",
            "pg_trgm",
            "pg_visibility",
            "pg_walinspect",
            "pgrowlocks",
            "pgstattuple",
            "postgres_fdw",
            "refint",
            "tablefunc",
            "tcn",
            "tsm_system_rows",
            "tsm_system_time",
            "unaccent");

    /**
     * These only look, at bytes they are given or at pages of tables, draw lots, or set what only their session sees.
     */
    private static final Set<String> PASSING = Set.of(
            "brin_metapage_info",
            "brin_page_type",
            "brin_revmap_data",
            "gin_metapage_info",
            "gin_page_opaque_info",
            "gist_page_opaque_info",
            "hash_metapage_info",
            "hash_page_stats",
            "hash_page_type",
            "heap_tuple_infomask_flags",
            "page_checksum",
            "page_header",
            "isn_weak",
            "set_limit",
            "normal_rand",
            "pg_buffercache_numa_pages",
            "pg_buffercache_pages",
            "pg_buffercache_summary",
            "pg_buffercache_usage_counts",
            "pg_check_frozen",
            "pg_check_visible",
            "pg_freespace",
            "pg_stat_statements",
            "pg_stat_statements_info",
            "pg_visibility",
            "pg_visibility_map",
            "pg_visibility_map_summary",
            "postgres_fdw_get_connections");

    @Test
    void volatileFunctionsOfExtensionsAreRefusedUnlessReviewed(
            TestDatabase database, @WithPostgres(version = 18) TestDatabase newest) throws Exception {
        Set<String> passing = new TreeSet<>();
        for (TestDatabase each : List.of(database, newest)) {
            install(each);
            List<List<String>> volatiles = each.query("select distinct p.proname from pg_proc p"
                    + " join pg_depend d on d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'"
                    + " where p.provolatile = 'v' and p.prorettype <> 'trigger'::regtype"
                    + " and not 'internal'::regtype = any(p.proargtypes)");
            assertThat(volatiles).hasSizeGreaterThan(80);
            volatiles.stream()
                    .map(row -> row.get(0))
                    .filter(name -> !(FunctionPolicy.readOnly().decide(null, name) instanceof Refused))
                    .forEach(passing::add);
        }

        assertThat(passing).isEqualTo(PASSING);
    }

    private static void install(TestDatabase database) throws Exception {
        for (List<String> row : database.query("select name from pg_available_extensions")) {
            if (EXTENSIONS.contains(row.get(0))) {
                database.execute("set client_min_messages = error; create extension if not exists " + row.get(0));
            }
        }
    }
}
