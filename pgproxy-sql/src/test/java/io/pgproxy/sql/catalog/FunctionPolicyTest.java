package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.FunctionName;
import io.pgproxy.sql.catalog.FunctionVerdict.Allowed;
import io.pgproxy.sql.catalog.FunctionVerdict.Refused;
import io.pgproxy.sql.catalog.FunctionVerdict.Unknown;
import io.pgproxy.sql.lexer.Keyword;
import io.pgproxy.sql.lexer.KeywordCategory;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionPolicyTest {
    private static final FunctionPolicy READ_ONLY = FunctionPolicy.readOnly();

    @ParameterizedTest
    @CsvSource({
        "lower, NONE",
        "count, NONE",
        "row_number, NONE",
        "to_char, NONE",
        "inet, NONE",
        "now, NON_DETERMINISTIC",
        "random, NON_DETERMINISTIC",
        "gen_random_uuid, NON_DETERMINISTIC",
        "uuidv7, NON_DETERMINISTIC",
        "pg_backend_pid, NON_DETERMINISTIC",
        "pg_stat_get_activity, NON_DETERMINISTIC",
        "pg_is_in_recovery, NON_DETERMINISTIC",
        "currval, NON_DETERMINISTIC",
        "txid_current, NON_DETERMINISTIC",
        "has_table_privilege, NON_DETERMINISTIC",
        "pg_get_viewdef, NON_DETERMINISTIC",
        "current_setting, NON_DETERMINISTIC",
        "system, NON_DETERMINISTIC",
        "setseed, SESSION_STATE",
        "pg_advisory_unlock_all, SESSION_STATE",
        "pg_sleep, SLEEPS"
    })
    void whatIsHarmlessIsAllowed(String name, FunctionEffect effect) {
        assertThat(READ_ONLY.decide(null, name)).isEqualTo(new Allowed(effect));
        assertThat(READ_ONLY.decide("pg_catalog", name)).isEqualTo(new Allowed(effect));
    }

    @ParameterizedTest
    @CsvSource({
        "query_to_xml, READS_BY_NAME_OR_TEXT",
        "table_to_xml, READS_BY_NAME_OR_TEXT",
        "database_to_xmlschema, READS_BY_NAME_OR_TEXT",
        "cursor_to_xml, READS_BY_NAME_OR_TEXT",
        "ts_stat, READS_BY_NAME_OR_TEXT",
        "set_config, SETS_SETTING",
        "nextval, SEQUENCE",
        "setval, SEQUENCE",
        "pg_try_advisory_xact_lock, LOCKS",
        "pg_notify, NOTIFIES",
        "lowrite, LARGE_OBJECT",
        "lo_get, LARGE_OBJECT",
        "pg_read_binary_file, SERVER_FILES",
        "pg_ls_waldir, SERVER_FILES",
        "lo_export, SERVER_FILES",
        "pg_terminate_backend, OTHER_SESSIONS",
        "pg_reload_conf, ADMINISTERS",
        "pg_backup_start, ADMINISTERS",
        "pg_start_backup, ADMINISTERS",
        "pg_stat_reset_slru, ADMINISTERS",
        "pg_logical_slot_peek_changes, ADMINISTERS",
        "pg_restore_relation_stats, ADMINISTERS",
        "plpgsql_inline_handler, INTERNAL",
        "bthandler, INTERNAL",
        "RI_FKey_cascade_del, INTERNAL"
    })
    void whatHasAnEffectIsRefused(String name, FunctionEffect effect) {
        Refused refused = new Refused(effect, name + " " + effect.words());

        assertThat(READ_ONLY.decide(null, name)).isEqualTo(refused);
        assertThat(READ_ONLY.decide("pg_catalog", name)).isEqualTo(refused);
    }

    @ParameterizedTest
    @CsvSource({
        "dblink, OTHER_SERVER", "dblink_exec, OTHER_SERVER", "dblink_connect_u, OTHER_SERVER",
        "crosstab, READS_BY_NAME_OR_TEXT", "crosstab_hash, READS_BY_NAME_OR_TEXT", "connectby, READS_BY_NAME_OR_TEXT",
        "xpath_table, READS_BY_NAME_OR_TEXT", "get_raw_page, READS_BY_NAME_OR_TEXT", "lo_manage, LARGE_OBJECT",
        "pg_file_write, SERVER_FILES", "pg_background_launch, OTHER_SESSIONS", "http_post, OTHER_SERVER",
        "pg_stat_statements_reset, ADMINISTERS", "bt_index_check, LOCKS", "pg_brand_new, UNKNOWN",
        "pg_logical_brand_new, ADMINISTERS", "binary_upgrade_brand_new, ADMINISTERS"
    })
    void extensionsAreKnownByNameInAnySchema(String name, FunctionEffect effect) {
        Refused refused = new Refused(effect, name + " " + effect.words());

        assertThat(READ_ONLY.decide(null, name)).isEqualTo(refused);
        assertThat(READ_ONLY.decide("public", name)).isEqualTo(refused);
        assertThat(READ_ONLY.decide("Any Schema", name)).isEqualTo(refused);
    }

    @ParameterizedTest
    @ValueSource(strings = {"digest", "pg_stat_statements", "st_area", "total"})
    void otherFunctionsAreUsers(String name) {
        assertThat(READ_ONLY.decide(null, name)).isEqualTo(new Unknown(name + " is a user's function"));
        assertThat(READ_ONLY.decide("public", name)).isEqualTo(new Unknown("public." + name + " is a user's function"));
    }

    @Test
    void aQualifiedNameIsNeverBuiltInElsewhere() {
        assertThat(READ_ONLY.decide("evil", "lower")).isInstanceOf(Unknown.class);
        assertThat(READ_ONLY.decide("evil", "count")).isInstanceOf(Unknown.class);
        assertThat(READ_ONLY.decide("information_schema", "lower")).isInstanceOf(Refused.class);
        assertThat(READ_ONLY.decide("information_schema", "_pg_expandarray")).isInstanceOf(Allowed.class);
    }

    @Test
    void namesCountAsTheCatalogueHasThem() {
        assertThat(READ_ONLY.decide(null, "LOWER")).isInstanceOf(Unknown.class);
        assertThat(READ_ONLY.decide("PG_CATALOG", "lower")).isInstanceOf(Unknown.class);
    }

    @Test
    void whatNobodyKnowsInTheSystemsSchemasIsRefused() {
        assertThat(READ_ONLY.decide("pg_catalog", "brand_new"))
                .isEqualTo(new Refused(FunctionEffect.UNKNOWN, "brand_new may have any effect"));
    }

    @Test
    void theNumberOfArgumentsTellsOverloadsApart() {
        assertThat(READ_ONLY.decide(null, "ts_rewrite", 3)).isEqualTo(new Allowed(FunctionEffect.NONE));
        assertThat(READ_ONLY.decide(null, "ts_rewrite", 2)).isInstanceOf(Refused.class);
        assertThat(READ_ONLY.decide(null, "ts_rewrite")).isInstanceOf(Refused.class);
        assertThat(READ_ONLY.decide(null, "age", 2)).isEqualTo(new Allowed(FunctionEffect.NONE));
        assertThat(READ_ONLY.decide(null, "age", 1)).isEqualTo(new Allowed(FunctionEffect.NON_DETERMINISTIC));
    }

    @Test
    void usersFunctionsMayBeRefused() {
        for (UserFunctions choice : new UserFunctions[] {UserFunctions.REFUSE, UserFunctions.STABLE_ONLY}) {
            FunctionPolicy policy =
                    FunctionPolicy.builder().userFunctions(choice).build();

            assertThat(policy.decide(null, "total"))
                    .isEqualTo(new Refused(FunctionEffect.UNKNOWN, "total may have any effect"));
            assertThat(policy.decide(null, "lower")).isInstanceOf(Allowed.class);
        }
    }

    @Test
    void namesMayBeAllowed() {
        FunctionPolicy policy = FunctionPolicy.builder()
                .userFunctions(UserFunctions.REFUSE)
                .allow("total", "dblink")
                .allowIn("app", "sum_up")
                .allowIn("pg_catalog", "pg_notify")
                .allowSchema("reports")
                .build();

        assertThat(policy.decide(null, "total")).isEqualTo(new Allowed(FunctionEffect.UNKNOWN));
        assertThat(policy.decide("public", "dblink")).isInstanceOf(Allowed.class);
        assertThat(policy.decide("public", "dblink_exec")).isInstanceOf(Refused.class);
        assertThat(policy.decide("app", "sum_up")).isInstanceOf(Allowed.class);
        assertThat(policy.decide(null, "sum_up")).isInstanceOf(Refused.class);
        assertThat(policy.decide("other", "sum_up")).isInstanceOf(Refused.class);
        assertThat(policy.decide(null, "pg_notify")).isEqualTo(new Allowed(FunctionEffect.NOTIFIES));
        assertThat(policy.decide("pg_catalog", "pg_notify")).isInstanceOf(Allowed.class);
        assertThat(policy.decide("reports", "any")).isInstanceOf(Allowed.class);
    }

    @Test
    void namesMayBeRefused() {
        FunctionPolicy policy = FunctionPolicy.builder()
                .deny("pg_sleep", "total")
                .allow("total")
                .denyIn("app", "sum_up")
                .denyIn("app", "lower")
                .denySchema("cron")
                .build();

        assertThat(policy.decide(null, "pg_sleep"))
                .isEqualTo(new Refused(FunctionEffect.SLEEPS, "pg_sleep is refused by a rule"));
        assertThat(policy.decide("any", "total")).isInstanceOf(Refused.class);
        assertThat(policy.decide("app", "sum_up")).isInstanceOf(Refused.class);
        assertThat(policy.decide(null, "sum_up")).isInstanceOf(Refused.class);
        assertThat(policy.decide("other", "sum_up")).isInstanceOf(Unknown.class);
        assertThat(policy.decide(null, "lower")).isInstanceOf(Allowed.class);
        assertThat(policy.decide("app", "lower")).isInstanceOf(Refused.class);
        assertThat(policy.decide("cron", "schedule")).isInstanceOf(Refused.class);
    }

    @Test
    void effectsMayBeAllowedAndRefused() {
        FunctionPolicy policy = FunctionPolicy.builder()
                .allow(FunctionEffect.LOCKS, FunctionEffect.OTHER_SERVER)
                .deny(FunctionEffect.SLEEPS)
                .build();

        assertThat(policy.decide(null, "pg_advisory_lock")).isEqualTo(new Allowed(FunctionEffect.LOCKS));
        assertThat(policy.decide(null, "dblink")).isEqualTo(new Allowed(FunctionEffect.OTHER_SERVER));
        assertThat(policy.decide(null, "pg_sleep_for")).isInstanceOf(Refused.class);
    }

    @Test
    void aVersionHasOnlyItsOwnFunctions() {
        FunctionPolicy fifteen = FunctionPolicy.builder().version(15).build();

        assertThat(fifteen.decide(null, "uuidv7")).isInstanceOf(Unknown.class);
        assertThat(fifteen.decide("pg_catalog", "uuidv7")).isInstanceOf(Refused.class);
        assertThat(fifteen.decide(null, "gen_random_uuid")).isInstanceOf(Allowed.class);
    }

    @Test
    void formsOfTheGrammarAreNoFunctions() {
        assertThat(READ_ONLY.decide(new FunctionName(null, "coalesce", true)))
                .isEqualTo(new Allowed(FunctionEffect.NONE));
        assertThat(READ_ONLY.decide(new FunctionName(null, "current_date", true)))
                .isEqualTo(new Allowed(FunctionEffect.NON_DETERMINISTIC));
        assertThat(READ_ONLY.decide(new FunctionName(null, "coalesce", false))).isInstanceOf(Unknown.class);
        assertThat(READ_ONLY.decide(new FunctionName("pg_catalog", "nextval", false)))
                .isInstanceOf(Refused.class);
        assertThat(FunctionPolicy.builder().deny("user").build().decide(new FunctionName(null, "user", true)))
                .isInstanceOf(Refused.class);
    }

    @Test
    void formsOfNewerVersionsAreKnownWithTheVersion() {
        assertThat(READ_ONLY.decide(null, "json_value")).isInstanceOf(Unknown.class);
        assertThat(FunctionPolicy.builder().version(16).build().decide(null, "json_value"))
                .isInstanceOf(Unknown.class);
        assertThat(FunctionPolicy.builder().version(17).build().decide(null, "json_value"))
                .isEqualTo(new Allowed(FunctionEffect.NONE));
        assertThat(FunctionPolicy.builder().version(17).build().decide("public", "json_value"))
                .isInstanceOf(Unknown.class);
    }

    /** Where the keyword's category is C, column name, no function can have the name unless it is quoted. */
    @Test
    void formsOfNewerVersionsAreThoseThatTheKeywordsTell() {
        GrammarForms.SINCE.forEach((word, since) -> {
            Keyword keyword = Keyword.valueOf(word.toUpperCase(Locale.ROOT));
            for (int version = 14; version <= 18; version++) {
                assertThat(keyword.category(version))
                        .as("%s in %d", word, version)
                        .isEqualTo(version < since ? KeywordCategory.ABSENT : KeywordCategory.COLUMN_NAME);
            }
        });
    }

    @Test
    void aBuilderDoesNotChangeWhatItMade() {
        FunctionPolicy.Builder builder = FunctionPolicy.builder();
        FunctionPolicy policy = builder.build();

        builder.deny("lower").deny(FunctionEffect.NONE).userFunctions(UserFunctions.REFUSE);

        assertThat(policy.decide(null, "lower")).isInstanceOf(Allowed.class);
        assertThat(policy.decide(null, "total")).isInstanceOf(Unknown.class);
    }

    @Test
    void anUnknownCatalogueLeavesItToTheLists() {
        SearchPath path = SearchPath.of("public");

        assertThat(READ_ONLY.decide(null, "lower", 1, Catalog.offline(), path)).isInstanceOf(Allowed.class);
        assertThat(READ_ONLY.decide(null, "total", 1, Catalog.offline(), path)).isInstanceOf(Unknown.class);
    }
}
