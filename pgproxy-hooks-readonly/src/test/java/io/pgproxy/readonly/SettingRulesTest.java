package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pgproxy.protocol.PgError;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingRulesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET application_name = 'bi'",
                "SET DateStyle = 'ISO, MDY'",
                "SET LOCAL work_mem = '8MB'",
                "SET TIME ZONE 'UTC'",
                "SET TIME ZONE INTERVAL '1' HOUR TO MINUTE",
                "SET TIME ZONE LOCAL",
                "SET NAMES 'utf-8'",
                "SET NAMES",
                "SET client_encoding TO UTF8",
                "SET client_encoding = 'Unicode'",
                "SET standard_conforming_strings = on",
                "SET standard_conforming_strings TO 'true'",
                "SET standard_conforming_strings = 1",
                "SET default_transaction_read_only TO 'on'",
                "SET \"Default_Transaction_Read_Only\" = TRUE",
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY, ISOLATION LEVEL SERIALIZABLE",
                "SET search_path TO public, pg_catalog",
                "SET SCHEMA 'a'",
                "SET statement_timeout TO DEFAULT",
                "SET XML OPTION DOCUMENT",
                "SET SESSION AUTHORIZATION DEFAULT",
                "RESET SESSION AUTHORIZATION",
                "RESET ROLE",
                "RESET ALL",
                "RESET anything.at_all"
            })
    void harmlessOnesPass(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query(sql)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET default_transaction_read_only = off",
                "SET default_transaction_read_only = 0",
                "SET default_transaction_read_only = on, off",
                "SET default_transaction_read_only TO DEFAULT",
                "SET default_transaction_read_only FROM CURRENT",
                "SET U&\"\\0064efault_transaction_read_only\" = off",
                "SET \"DEFAULT_transaction_read_only\" = 'n'",
                "RESET default_transaction_read_only",
                "RESET transaction_read_only",
                "SET transaction_read_only = false",
                "SET LOCAL transaction_read_only TO off",
                "SET standard_conforming_strings = off",
                "SET standard_conforming_strings TO 'o'",
                "SET client_encoding = 'LATIN1'",
                "SET NAMES 'SJIS'",
                "SET client_encoding = 'sql_ascii'",
                "SET ROLE postgres",
                "SET ROLE NONE",
                "SET SESSION AUTHORIZATION postgres",
                "SET session_replication_role = replica",
                "SET restrict_nonsystem_relation_kind = ''",
                "SELECT set_config('restrict_nonsystem_relation_kind', '', false)",
                "SET lo_compat_privileges = on",
                "SET local_preload_libraries = 'x'",
                "SET dynamic_library_path = '/tmp'",
                "SET log_statement = 'none'",
                "SET app.tenant = '1'",
                "SET plperl.on_plperl_init = 'x'",
                "SET zero_damaged_pages = on",
                "SET nobody_knows_this = 1"
            })
    void allOthersAreRefused(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query(sql)).map(PgError::sqlState).hasValue("25006");
        }
    }

    @Test
    void theReasonNamesTheSettingAndNotItsValue() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query("SET app.key = 'secret'")).hasValueSatisfying(error -> {
                assertThat(error.message())
                        .isEqualTo(
                                "Write operations are not permitted: the setting app.key is not known to be harmless");
                assertThat(error.hint()).isEqualTo("Whoever runs the proxy can allow settings by name.");
            });
        }
    }

    @Test
    void furtherSettingsCanBeAllowedByNameAndByClass() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder().allowSettings("Role", "app.*"))) {
            assertThat(client.query("SET ROLE reader")).isEmpty();
            assertThat(client.query("SET App.Tenant = '1'")).isEmpty();
            assertThat(client.query("SELECT set_config('app.tenant', '1', true)"))
                    .isEmpty();
            assertThat(client.query("SET apps.tenant = '1'")).isPresent();
            assertThat(client.query("SET app = '1'")).isPresent();
            assertThat(client.query("SET SESSION AUTHORIZATION a")).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "default_transaction_read_only",
                "Transaction_Read_Only",
                "standard_conforming_strings",
                "client_encoding"
            })
    void noHostAllowsTheWallItself(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReadOnlyHook.builder().allowSettings(name))
                .withMessageContaining(name.toLowerCase(Locale.ROOT));
    }

    @Test
    void settingCanBeRefusedAndGoingBackCannot() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder().refuseSettings())) {
            assertThat(client.query("SET work_mem = '8MB'"))
                    .map(PgError::message)
                    .hasValue("Write operations are not permitted: SET is not allowed here");
            assertThat(client.query("SELECT set_config('search_path', '', false)"))
                    .isPresent();
            assertThat(client.query("RESET work_mem; RESET ALL; DISCARD ALL")).isEmpty();
        }
    }

    @Test
    void namesOfTheListAreAsTheServerLooksThemUp() {
        assertThat(HarmlessSettings.ALL).allMatch(name -> name.equals(SettingRules.lowerCase(name)));
        assertThat(HarmlessSettings.ALL).doesNotContainAnyElementsOf(SettingRules.FIXED);
    }
}
