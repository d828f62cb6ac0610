package io.pgproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.catalog.FunctionPolicy;
import io.pgproxy.sql.catalog.FunctionVerdict;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import io.pgproxy.testkit.postgres.LocalReplica;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Functions that are for readers work on a standby: each is called there, with arguments that are no NULLs. */
@Timeout(300)
class StandbyFunctionsTest {
    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("pg_lsn", "'0/1500000'"),
            Map.entry("oid", "1259"),
            Map.entry("regclass", "'pg_class'"),
            Map.entry("xid", "'3'"),
            Map.entry("xid8", "'3'"),
            Map.entry("name", "'pg_class'"),
            Map.entry("text", "'pg_class'"),
            Map.entry("\"char\"", "'r'"),
            Map.entry("boolean", "true"),
            Map.entry("smallint", "1"),
            Map.entry("integer", "1"),
            Map.entry("bigint", "1"),
            Map.entry("double precision", "0"),
            Map.entry("numeric", "1"),
            Map.entry("interval", "'0'"),
            Map.entry("timestamp with time zone", "'2026-01-01'"),
            Map.entry("timestamp without time zone", "'2026-01-01'"),
            Map.entry("date", "'2026-01-01'"),
            Map.entry("jsonb", "'{}'"),
            Map.entry("json", "'{}'"),
            Map.entry("bytea", "'\\x00'"),
            Map.entry("pg_snapshot", "'1:1:'"),
            Map.entry("txid_snapshot", "'1:1:'"));

    @Test
    void noneIsRefusedThere(@WithPostgres(primary = true) LocalPostgres primary) throws Exception {
        try (LocalReplica replica = primary.startReplica();
                Connection standby = replica.server().connect("postgres");
                Statement statement = standby.createStatement()) {
            statement.execute("SET statement_timeout = '2s'");
            List<List<String>> functions = primary.query("SELECT p.proname, coalesce(string_agg("
                    + "pg_catalog.format_type(a.type, NULL), ',' ORDER BY a.position), '')"
                    + " FROM pg_catalog.pg_proc p"
                    + " LEFT JOIN LATERAL unnest(p.proargtypes) WITH ORDINALITY AS a(type, position) ON true"
                    + " WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f'"
                    + " AND p.prorettype NOT IN ('internal'::regtype, 'trigger'::regtype)"
                    + " GROUP BY p.oid, p.proname");
            List<String> refused = new ArrayList<>();
            int worked = 0;
            for (List<String> function : functions) {
                if (isForReaders(function.get(0))) {
                    String call = call(function.get(0), function.get(1));
                    String state = stateOf(statement, call, refused);
                    worked += state.isEmpty() ? 1 : 0;
                }
            }
            assertThat(refused).isEmpty();
            assertThat(worked).isGreaterThan(1000);
        }
    }

    /** So that what is refused on standbys is found by what servers say, and not by what the lists think. */
    @Test
    void theListHasWhatAStandbyRefuses(@WithPostgres(primary = true) LocalPostgres primary) throws Exception {
        try (LocalReplica replica = primary.startReplica();
                Connection standby = replica.server().connect("postgres");
                Statement statement = standby.createStatement()) {
            List<String> refused = new ArrayList<>();
            for (String call : List.of(
                    "pg_current_wal_lsn()",
                    "pg_current_wal_insert_lsn()",
                    "pg_walfile_name('0/1500000')",
                    "pg_walfile_name_offset('0/1500000')",
                    "txid_current()",
                    "pg_current_xact_id()")) {
                stateOf(statement, "SELECT " + call, refused);
            }
            assertThat(refused).hasSize(6);
        }
    }

    private static boolean isForReaders(String name) {
        FunctionName function = new FunctionName(null, name, false);
        return FunctionPolicy.readOnly().decide(function) instanceof FunctionVerdict.Allowed
                && !WriterFunctions.isOne(function);
    }

    private static String call(String name, String types) {
        String values = types.isEmpty()
                ? ""
                : Arrays.stream(types.split(","))
                        .map(type -> VALUES.getOrDefault(type, "NULL") + "::" + type)
                        .collect(Collectors.joining(", "));
        return "SELECT pg_catalog.\"" + name + "\"(" + values + ")";
    }

    /** The SQLSTATE of a call, or an empty string; one that says that a standby cannot do it is added to a list. */
    private static String stateOf(Statement statement, String sql, List<String> refused) {
        try {
            statement.execute(sql);
            return "";
        } catch (SQLException e) {
            String message = String.valueOf(e.getMessage());
            if (e.getSQLState().equals("25006") || message.contains("recovery")) {
                refused.add(sql + ": " + e.getSQLState() + " " + message);
            }
            return e.getSQLState();
        }
    }
}
