package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WithPostgres
class SearchPathTest {

    /** The server shows the schemas that exist, so all of these do. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"$user\", public",
                "a",
                "A,  b ,\tC",
                "\"A\"",
                "\"a,\"\"b\",public",
                "\"with \"\"dots.and, commas\"",
                "ÄÖ, \"ÄÖ\"",
                "pg_catalog, a",
                "a,pg_catalog",
                "b, pg_temp, a",
                "a_name_that_is_longer_than_sixty_three_bytes_and_is_therefore_cut_by_the_server",
                "ä_name_that_is_longer_than_sixty_three_bytes_and_is_therefore_cuä_by_the_server"
            })
    void aSettingIsReadAsTheServerReadsIt(String setting, TestDatabase database) throws Exception {
        SearchPath path = SearchPath.parse(setting, database.user());
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String schema : path.schemas()) {
                if (!schema.startsWith("pg_")) {
                    statement.execute("create schema if not exists \"" + schema.replace("\"", "\"\"") + '"');
                }
            }
            statement.execute("create temp table if not exists makes_the_schema(a int)");
            statement.execute("set search_path = " + setting);

            assertThat(path.forRelations()).containsExactlyElementsOf(effective(statement));
        }
    }

    private static List<String> effective(Statement statement) throws Exception {
        List<String> schemas = new ArrayList<>();
        try (ResultSet row = statement.executeQuery("select unnest(current_schemas(true))")) {
            while (row.next()) {
                schemas.add(row.getString(1).replaceFirst("^pg_temp_.*", "pg_temp"));
            }
        }
        return schemas;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a,", ",a", "a b", "\"a", "a,,b", "\"\""})
    void whatTheServerWouldNotTakeIsAnEmptyPath(String setting) {
        assertThat(SearchPath.parse(setting, "me").schemas()).isEmpty();
    }

    @Test
    void functionsAreNotLookedForInTheTemporarySchema() {
        assertThat(SearchPath.of("pg_temp", "a").forFunctions()).containsExactly("pg_catalog", "a");
        assertThat(SearchPath.of("a", "pg_catalog").forFunctions()).containsExactly("a", "pg_catalog");
    }
}
