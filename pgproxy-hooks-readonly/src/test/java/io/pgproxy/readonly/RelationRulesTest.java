package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.protocol.PgError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelationRulesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM pg_hba_file_rules",
                "TABLE pg_catalog.PG_FILE_SETTINGS",
                "COPY pg_ident_file_mappings TO STDOUT",
                "SELECT * FROM \"pg_hba_file_rules\"",
                "SELECT * FROM U&\"pg\\005fhba_file_rules\"",
                "SELECT * FROM u&\"pg!005fhba_file_rules\" UESCAPE '!'",
                "SELECT 1 FROM a, (SELECT * FROM pg_file_settings) s",
                "PREPARE p AS SELECT * FROM pg_file_settings",
                "SELECT (SELECT name FROM pg_file_settings LIMIT 1)"
            })
    void viewsOfServerFilesAreRefused(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query(sql))
                    .map(PgError::message)
                    .hasValueSatisfying(
                            message -> assertThat(message)
                                    .matches(
                                            "Write operations are not permitted: (the relation pg_.* is not to be read|pg_.* reaches files.*)"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'pg_hba_file_rules'",
                "SELECT 1 /* pg_hba_file_rules */",
                "SELECT * FROM pg_class",
                "SELECT pg_hba_file_rules_x FROM t",
                "SELECT U&\"d\\0061ta\" FROM t"
            })
    void otherTextsPass(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query(sql)).isEmpty();
        }
    }

    @Test
    void aNameThatCannotBeReadIsRefused() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            assertThat(client.query("SELECT * FROM U&\"pg!005fhba_file_rules\" UESCAPE '+'"))
                    .isPresent();
        }
    }

    @Test
    void relationsCanBeDeniedAndAllowed() {
        try (OfflineClient client = OfflineClient.with(
                ReadOnlyHook.builder().allowRelations("pg_file_settings").denyRelations("pg_authid", "Say \"No\""))) {
            assertThat(client.query("SELECT * FROM pg_file_settings")).isEmpty();
            assertThat(client.query("SELECT * FROM pg_hba_file_rules")).isPresent();
            assertThat(client.query("SELECT * FROM PG_AuthId")).isPresent();
            assertThat(client.query("SELECT * FROM \"Say \"\"No\"\"\"")).isPresent();
            assertThat(client.query("SELECT * FROM \"say \"\"no\"\"\"")).isEmpty();
        }
    }

    @Test
    void withoutDeniedRelationsEveryNamePasses() {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder()
                .allowRelations("pg_file_settings", "pg_hba_file_rules", "pg_ident_file_mappings"))) {
            assertThat(client.query("SELECT * FROM pg_hba_file_rules, pg_file_settings"))
                    .isEmpty();
        }
    }
}
