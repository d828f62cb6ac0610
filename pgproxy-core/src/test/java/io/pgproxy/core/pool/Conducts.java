package io.pgproxy.core.pool;

import static io.pgproxy.core.pool.Conduct.bound;
import static io.pgproxy.core.pool.Conduct.leaving;
import static io.pgproxy.core.pool.Conduct.passing;

import java.util.stream.Stream;

/** What clients do to settings, which then follow them. */
final class Conducts {
    /** Two roles, and schemas whose names have to be quoted. */
    static final String CONTENT = """
            create role pool_reader; create role pool_writer; grant pool_reader to pool_writer;
            create schema plain; create schema "Upper"; create schema "with,comma"; create schema "with""quote";
            create schema " "; create schema "$user";
            """;

    static final String NO_ROLES = "drop role if exists pool_reader; drop role if exists pool_writer";

    private static final String MEMORY = "show work_mem";
    private static final String PATH = "select current_setting('search_path'), current_schemas(false)";
    private static final String WHO = "select session_user, current_user, current_setting('role')";
    private static final String CHARACTER = """
            select current_setting('default_transaction_isolation'), current_setting('default_transaction_read_only'),
            current_setting('default_transaction_deferrable')""";
    private static final String TENANT = "select coalesce(current_setting('app.tenant', true), '')";
    private static final String DATES = "select current_setting('datestyle'), date '2003-02-01', interval '-1d 2h'";
    private static final String ZONE = "select current_setting('timezone'), timestamptz '2003-02-01 00:00Z'";

    private Conducts() {}

    static Stream<Conduct> all() {
        return Stream.of(settings(), transactions(), savepoints(), functions(), resets(), paths(), roles(), reported())
                .flatMap(some -> some);
    }

    private static Stream<Conduct> settings() {
        return Stream.of(
                leaving("SET", MEMORY, "set work_mem = '1234kB'"),
                leaving("SET SESSION", MEMORY, "set session work_mem = '1234kB'"),
                leaving("SET twice", MEMORY, "set work_mem = '1234kB'", "set work_mem = '2345kB'"),
                leaving("SET among comments", MEMORY, "/* x */ set /* local */ work_mem -- to\n = '1234kB'"),
                leaving("SET of a quoted name", MEMORY, "set \"Work_Mem\" = '1234kB'"),
                leaving("two SETs in one Query", MEMORY, "set work_mem = '1234kB'; set enable_sort = off"),
                passing("a Query that fails behind its SET", MEMORY, "!set work_mem = '1234kB'; select 1/0"),
                passing("SET of what cannot be", MEMORY, "!set work_mem = 'much'"),
                bound("SET by Parse", MEMORY, "set work_mem = '1234kB'"),
                leaving("SET of the application's own", TENANT, "set app.tenant = 'it''s \\ \"one\"; x'"),
                leaving("SET beyond ASCII", TENANT, "set app.tenant = 'Ωmega'"),
                leaving("SET of a float", "show cpu_tuple_cost", "set cpu_tuple_cost = 0.123456789"),
                leaving("statement_timeout", "show statement_timeout", "set statement_timeout = 54321"),
                leaving("lock_timeout", "show lock_timeout", "set lock_timeout = '1min'"),
                leaving(
                        "idle_in_transaction_session_timeout",
                        "show idle_in_transaction_session_timeout",
                        "set idle_in_transaction_session_timeout = '1h'"),
                leaving(
                        "session_replication_role",
                        "show session_replication_role",
                        "set session_replication_role = replica"),
                leaving("row_security", "show row_security", "set row_security = off"),
                leaving("XML OPTION", "show xmloption", "set xml option document"));
    }

    private static Stream<Conduct> transactions() {
        return Stream.of(
                leaving("SET, COMMIT", MEMORY, "begin", "set work_mem = '1234kB'", "commit"),
                leaving("SET, END AND CHAIN", MEMORY, "begin", "set work_mem = '1234kB'", "commit and chain", "end"),
                leaving("BEGIN; SET; COMMIT", MEMORY, "begin; set work_mem = '1234kB'; commit"),
                leaving(
                        "SET; BEGIN; SET; ROLLBACK",
                        MEMORY,
                        "set work_mem = '1234kB'",
                        "begin",
                        "set work_mem = '2345kB'",
                        "rollback"),
                passing("SET, ROLLBACK", MEMORY, "begin", "set work_mem = '1234kB'", "rollback"),
                passing("SET, failure, COMMIT", MEMORY, "begin", "set work_mem = '1234kB'", "!select 1/0", "commit"),
                passing("SET LOCAL, COMMIT", MEMORY, "begin", "set local work_mem = '1234kB'", "commit"),
                passing("SET LOCAL outside of a block", MEMORY, "set local work_mem = '1234kB'"),
                leaving(
                        "SET, SET LOCAL, COMMIT",
                        MEMORY,
                        "begin",
                        "set work_mem = '1234kB'",
                        "set local work_mem = '2345kB'",
                        "commit"),
                leaving(
                        "SET LOCAL over one's own",
                        MEMORY,
                        "set work_mem = '1234kB'",
                        "begin",
                        "set local work_mem = '2345kB'",
                        "commit"),
                leaving("RESET, ROLLBACK", MEMORY, "set work_mem = '1234kB'", "begin", "reset work_mem", "rollback"),
                leaving("RESET ALL, ROLLBACK", MEMORY, "set work_mem = '1234kB'", "begin", "reset all", "rollback"),
                leaving(
                        "SET SESSION CHARACTERISTICS",
                        CHARACTER,
                        "set session characteristics as transaction isolation level serializable, read only, deferrable"),
                passing(
                        "SET SESSION CHARACTERISTICS, ROLLBACK",
                        CHARACTER,
                        "begin",
                        "set session characteristics as transaction read only",
                        "rollback"),
                passing("SET TRANSACTION", CHARACTER, "begin", "set transaction read only", "commit"),
                leaving(
                        "default_transaction_isolation",
                        CHARACTER,
                        "set default_transaction_isolation = 'repeatable read'"));
    }

    private static Stream<Conduct> savepoints() {
        return Stream.of(
                leaving(
                        "ROLLBACK TO behind it",
                        MEMORY,
                        "begin",
                        "set work_mem = '1234kB'",
                        "savepoint a",
                        "set work_mem = '2345kB'",
                        "rollback to a",
                        "commit"),
                passing(
                        "ROLLBACK TO before it",
                        MEMORY,
                        "begin",
                        "savepoint a",
                        "set work_mem = '1234kB'",
                        "rollback to a",
                        "commit"),
                leaving("RELEASE", MEMORY, "begin", "savepoint a", "set work_mem = '1234kB'", "release a", "commit"),
                leaving(
                        "ROLLBACK TO behind a failure",
                        MEMORY,
                        "begin",
                        "set work_mem = '1234kB'",
                        "savepoint a",
                        "!select 1/0",
                        "rollback to a",
                        "commit"),
                passing(
                        "RELEASE, ROLLBACK",
                        MEMORY,
                        "begin",
                        "savepoint a",
                        "set work_mem = '1234kB'",
                        "release a",
                        "rollback"));
    }

    private static Stream<Conduct> functions() {
        return Stream.of(
                leaving("set_config", MEMORY, "select set_config('work_mem', '1234kB', false)"),
                leaving("pg_catalog.set_config", MEMORY, "select pg_catalog.set_config('work_mem', '1234kB', 'off')"),
                leaving(
                        "set_config twice",
                        MEMORY,
                        "select set_config('enable_sort', 'off', false), set_config('work_mem', '1234kB', false)"),
                passing(
                        "set_config, local",
                        MEMORY,
                        "begin",
                        "select set_config('work_mem', '1234kB', true)",
                        "commit"),
                passing(
                        "set_config, ROLLBACK",
                        MEMORY,
                        "begin",
                        "select set_config('work_mem', '1234kB', false)",
                        "rollback"),
                bound("set_config with a value", MEMORY, "select set_config('work_mem', $1, false)", "1234kB"),
                bound("set_config with a name", MEMORY, "select set_config($1, $2, false)", "work_mem", "1234kB"),
                bound(
                        "set_config all by parameters",
                        MEMORY,
                        "select set_config($1, $2, $3::bool)",
                        "work_mem",
                        "1234kB",
                        "f"),
                leaving("set_config of the application's own", TENANT, "select set_config('app.tenant', 'one', false)"),
                leaving(
                        "set_config by EXECUTE",
                        MEMORY,
                        "prepare p as select set_config('work_mem', $1, false)",
                        "execute p ('1234kB')",
                        "deallocate p"));
    }

    private static Stream<Conduct> resets() {
        return Stream.of(
                passing("RESET", MEMORY, "set work_mem = '1234kB'", "reset work_mem"),
                passing("SET TO DEFAULT", MEMORY, "set work_mem = '1234kB'", "set work_mem to default"),
                passing("RESET ALL", MEMORY, "set work_mem = '1234kB'", "reset all"),
                passing("DISCARD ALL", MEMORY, "set work_mem = '1234kB'", "discard all"),
                passing("DISCARD ALL and roles", WHO, "set session authorization pool_reader", "discard all"),
                leaving("RESET ALL and roles", WHO, "set role pool_reader", "reset all"),
                passing("RESET of the application's own", TENANT, "set app.tenant = 'one'", "reset app.tenant"),
                leaving("RESET ALL; SET", MEMORY, "reset all; set work_mem = '1234kB'"),
                leaving("SET; RESET of another", MEMORY, "set work_mem = '1234kB'; reset enable_sort"),
                passing("BEGIN; RESET ALL; COMMIT", MEMORY, "set work_mem = '1234kB'", "begin; reset all; commit"),
                passing(
                        "RESET of the name",
                        "show application_name",
                        "set application_name = 'x'",
                        "reset application_name"),
                passing(
                        "DISCARD ALL of the name",
                        "show application_name",
                        "set application_name = 'x'",
                        "discard all"));
    }

    private static Stream<Conduct> paths() {
        return Stream.of(
                leaving("a schema", PATH, "set search_path = plain"),
                leaving("upper case", PATH, "set search_path = \"Upper\", Plain"),
                leaving("a comma", PATH, "set search_path = \"with,comma\", public"),
                leaving("a quote", PATH, "set search_path = \"with\"\"quote\""),
                leaving("a blank", PATH, "set search_path = \" \", pg_temp"),
                leaving("$user", PATH, "set search_path = \"$user\""),
                leaving("a name of no length", PATH, "set search_path = ''"),
                leaving("none at all", PATH, "select set_config('search_path', '', false)"),
                leaving("a text with a comma", PATH, "set search_path = 'plain, public'"),
                leaving("by set_config", PATH, "select set_config('search_path', 'plain, \"Upper\"', false)"),
                leaving("SET SCHEMA", PATH, "set schema 'Upper'"),
                leaving("one that is not there", PATH, "set search_path = nowhere, plain"),
                leaving("the server's first", PATH, "set search_path = plain, pg_catalog"));
    }

    private static Stream<Conduct> roles() {
        return Stream.of(
                leaving("SET ROLE", WHO, "set role pool_reader"),
                leaving("SET SESSION AUTHORIZATION", WHO, "set session authorization pool_writer"),
                leaving("both", WHO, "set session authorization pool_writer", "set role pool_reader"),
                leaving("both the other way", WHO, "set role pool_reader", "set session authorization pool_writer"),
                leaving("one role after another", WHO, "set role pool_reader", "set role pool_writer"),
                passing("SET ROLE NONE", WHO, "set role pool_reader", "set role none"),
                passing("RESET ROLE", WHO, "set role pool_reader", "reset role"),
                passing(
                        "RESET SESSION AUTHORIZATION",
                        WHO,
                        "set session authorization pool_reader",
                        "reset session authorization"),
                leaving(
                        "RESET ROLE below an authorization",
                        WHO,
                        "set session authorization pool_writer",
                        "set role pool_reader",
                        "reset role"),
                passing("SET LOCAL ROLE", WHO, "begin", "set local role pool_reader", "commit"),
                passing("SET ROLE, ROLLBACK", WHO, "begin", "set role pool_reader", "rollback"),
                leaving("set_config of role", WHO, "select set_config('role', 'pool_reader', false)"),
                leaving(
                        "a role and its path", "select current_user, current_setting('search_path')",
                        "set role pool_reader", "set search_path = plain"),
                leaving(
                        "a role, and what only others may set",
                        "select current_user, current_setting('log_duration')",
                        "reset role",
                        "set log_duration = on",
                        "set role pool_reader"));
    }

    private static Stream<Conduct> reported() {
        return Stream.of(
                leaving("TimeZone", ZONE, "set timezone = 'Asia/Kathmandu'"),
                leaving("TIME ZONE of an interval", ZONE, "set time zone interval '+02:30' hour to minute"),
                leaving("TIME ZONE of a number", ZONE, "set time zone -7.5"),
                passing("TIME ZONE LOCAL", ZONE, "set time zone -7", "set time zone local"),
                leaving("DateStyle", DATES, "set datestyle to sql, dmy"),
                leaving("DateStyle in part", DATES, "set datestyle = 'German'"),
                leaving(
                        "IntervalStyle",
                        DATES + ", current_setting('intervalstyle')",
                        "set intervalstyle = 'iso_8601'"),
                leaving(
                        "client_encoding",
                        "select current_setting('client_encoding'), '1'",
                        "set client_encoding = 'LATIN1'"),
                leaving("SET NAMES", "show client_encoding", "set names 'WIN1252'"),
                leaving("extra_float_digits", "select 0.1::float8 + 0.2", "set extra_float_digits = -3"),
                leaving("bytea_output", "select '\\x00'::bytea", "set bytea_output = 'escape'"),
                leaving("standard_conforming_strings", "select 'a\\\\b'", "set standard_conforming_strings = off"),
                leaving("application_name", "show application_name", "set application_name = 'pool'"),
                leaving("no application_name", "show application_name", "set application_name = ''"),
                leaving("default_transaction_read_only", CHARACTER, "set default_transaction_read_only = on"));
    }
}
