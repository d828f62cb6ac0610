package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.protocol.PgError;
import io.pgproxy.sql.catalog.UserFunctions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionRulesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT pg_terminate_backend(1)          | pg_terminate_backend reaches into other sessions
            SELECT pg_catalog."pg_read_file"('x')   | pg_read_file reaches files of the server
            SELECT nextval('s')                     | nextval moves a sequence
            SELECT lo_get(1)                        | lo_get works on large objects
            SELECT pg_advisory_lock(1)              | pg_advisory_lock takes locks that others wait for
            SELECT * FROM dblink('a', 'b') AS t (a int) | dblink connects to another server
            COPY (SELECT pg_notify('a', 'b')) TO STDOUT | pg_notify notifies other sessions
            """)
    void theReasonNamesTheFunctionAndItsEffect(String sql, String reason) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query(sql)).hasValueSatisfying(error -> {
                assertThat(error.sqlState()).isEqualTo("25006");
                assertThat(error.message()).isEqualTo("Write operations are not permitted: " + reason);
                assertThat(error.hint()).isEqualTo("Whoever runs the proxy can allow functions by name.");
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT ('postgresql.conf'::text).pg_read_file",
                "SELECT x.pg_read_file FROM unnest(ARRAY['postgresql.conf']) AS x",
                "SELECT ((x).pid).pg_terminate_backend FROM pg_stat_activity AS x",
                "SELECT a.pid.pg_cancel_backend FROM pg_stat_activity AS a",
                "SELECT (0::oid).lo_create",
                "SELECT (ARRAY['a'])[1].pg_ls_dir",
                "SELECT $1.lo_unlink",
                "SELECT ('s'::regclass).NextVal",
                "SELECT ('s'::regclass). /* c */ nextval",
                "SELECT ('s'::regclass).\"nextval\"",
                "SELECT ('s'::regclass).U&\"next\\0076al\"",
                "SELECT ('s'::regclass).U&\"next!0076al\" UESCAPE '!'",
                "SELECT ('dbname=a'::text).dblink_connect",
                "SELECT ('a'::text).pg_file_unlink",
                "SELECT pg_catalog.lo_import FROM unnest(ARRAY['a']) AS pg_catalog",
                "SELECT 1 ORDER BY ('a'::text).pg_read_file",
                "PREPARE p AS SELECT $1.nextval",
                "COPY (SELECT ('a'::text).pg_read_file) TO STDOUT"
            })
    void aCallInAttributeNotationIsACall(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query(sql)).map(PgError::sqlState).hasValue("25006");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT t.id, t.version, \"t\".\"name\", (x).f, t.* FROM public.t, pg_catalog.pg_class AS x",
                "SELECT * FROM pg_catalog.pg_replication_origin_status",
                "SELECT * FROM pg_catalog.pg_stat_statements",
                "SELECT 'a.nextval', 1.5, \"a.nextval\" -- t.nextval",
                "SELECT s.schema . \"Nextval\", t.pg_temperature FROM t"
            })
    void whatIsNoCallBehindADotPasses(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder().userFunctions(UserFunctions.REFUSE))) {
            assertThat(client.query(sql)).isEmpty();
        }
    }

    @Test
    void rulesForNamesHoldForAttributeNotationToo() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder()
                .denyFunctions("secret")
                .allowAdvisoryLocks()
                .allowFunctions("nextval"))) {
            assertThat(client.query("SELECT t.secret FROM t")).isPresent();
            assertThat(client.query("SELECT (1::bigint).pg_advisory_lock, t.nextval FROM t"))
                    .isEmpty();
        }
    }

    @Test
    void advisoryLocksCanBeAllowed() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder().allowAdvisoryLocks())) {
            assertThat(client.query("SELECT pg_advisory_lock(1), pg_catalog.pg_try_advisory_xact_lock_shared(1)"))
                    .isEmpty();
            assertThat(client.query("SELECT bt_index_check('i')")).isPresent();
            assertThat(client.query("SELECT pg_notify('a', 'b')")).isPresent();
        }
    }

    @Test
    void functionsCanBeAllowedByNameAndByPlace() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder()
                .userFunctions(UserFunctions.REFUSE)
                .allowFunctions("total")
                .allowFunction("shop", "price")
                .allowSchema("reports"))) {
            assertThat(client.query("SELECT total(), shop.price(), reports.daily()"))
                    .isEmpty();
            assertThat(client.query("SELECT other.price()")).isPresent();
            assertThat(client.query("SELECT daily()"))
                    .map(PgError::message)
                    .hasValue("Write operations are not permitted: daily may have any effect");
        }
    }

    @Test
    void functionsCanBeDenied() {
        try (OfflineClient client =
                OfflineClient.with(ReadOnlyHook.builder().denyFunctions("pg_sleep", "set_config"))) {
            assertThat(client.query("SELECT pg_sleep(1)"))
                    .map(PgError::message)
                    .hasValue("Write operations are not permitted: pg_sleep is refused by a rule");
            assertThat(client.query("SELECT set_config('work_mem', '8MB', false)"))
                    .isPresent();
            assertThat(client.query("SET work_mem = '8MB'")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT pg_catalog.set_config('search_path', '', false)",
                "SELECT set_config('bytea_output','hex',false) FROM pg_show_all_settings() WHERE name = 'bytea_output'",
                "SELECT SET_CONFIG ( E'TimeZone' /* c */ , $$UTC$$, TRUE )",
                "SELECT \"set_config\"('client_encoding', 'UTF8', false)",
                "SELECT set_config('default_transaction_read_only', 'on', false)"
            })
    void aPlainCallOfSetConfigIsAsSet(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query(sql)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT set_config('default_transaction_read_only', 'off', false)",
                "SELECT set_config('DEFAULT_transaction_read_only', 'off', false)",
                "SELECT pg_catalog.set_config($1, $2, false)",
                "SELECT set_config('work_mem', $1, false)",
                "SELECT set_config('default_transaction' || '_read_only', 'off', false)",
                "SELECT set_config('work_mem', '8' || 'MB', false)",
                "SELECT set_config(name, 'off', false) FROM pg_settings",
                "SELECT set_config('work_mem', '8MB', false), set_config('role', 'postgres', false)",
                "SELECT set_config(U&'\\0072ole' UESCAPE '\\', 'postgres', false)",
                "SELECT set_config('work_mem'::text, '8MB', false)",
                "SELECT set_config(VARIADIC ARRAY['a', 'b', 'c'])",
                "SELECT set_config('work_mem', NULL, false)",
                "SELECT set_config('work_mem', '8MB', 'f')",
                "SELECT set_config(setting_name => 'role', new_value => 'a', is_local => false)",
                "SELECT U&\"set\\005fconfig\"('role', 'postgres', false)",
                "SELECT U&\"set!005fconfig\" UESCAPE '!' ('role', 'postgres', false)",
                "SELECT set_config('app.tenant', '2', false)",
                "PREPARE p AS SELECT set_config('work_mem', '8MB', false); EXECUTE p"
            })
    void anyOtherCallOfSetConfigIsRefused(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder().allowFunctions("set_config"))) {
            assertThat(client.query(sql)).map(PgError::sqlState).hasValue("25006");
        }
    }

    @Test
    void usersFunctionsPassUnlessTheyAreRefused() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder());
                OfflineClient strict = OfflineClient.with(ReadOnlyHook.builder().userFunctions(UserFunctions.REFUSE))) {
            assertThat(client.query("SELECT f_add(1, 2)")).isEmpty();
            assertThat(strict.query("SELECT f_add(1, 2)")).isPresent();
            assertThat(strict.query("SELECT lower('A'), count(*), now()")).isEmpty();
        }
    }

    @Test
    void theArgumentsOfExecuteAreJudgedToo() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query("PREPARE p(int) AS SELECT $1; EXECUTE p(abs(1))"))
                    .isEmpty();
            assertThat(client.query("EXECUTE p(nextval('s'))"))
                    .map(PgError::message)
                    .hasValue("Write operations are not permitted: nextval moves a sequence");
        }
    }

    @Test
    void whatTheServersVersionDoesNotHaveIsAUsersFunction() {
        ReadOnlyHookBuilder refusing = ReadOnlyHook.builder().userFunctions(UserFunctions.REFUSE);
        try (OfflineClient any = OfflineClient.with(refusing);
                OfflineClient old = OfflineClient.with(refusing.serverVersion(15))) {
            assertThat(any.query("SELECT uuidv7()")).isEmpty();
            assertThat(old.query("SELECT uuidv7()")).isPresent();
            assertThat(old.query("SELECT gen_random_uuid()")).isEmpty();
        }
    }
}
