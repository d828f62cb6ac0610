package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.catalog.RelationLookup.Found;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

@WithPostgres
class SystemViewsTest {
    private static final String VIEW = "information_schema_catalog_name";

    @Test
    void aViewOfInitdbThatASuperuserReplacesIsReadAgain(TestDatabase database) throws Exception {
        JdbcCatalog jdbc = JdbcCatalog.builder(JdbcCatalogTest.source(database)).build();
        Catalog before = jdbc.refresh();
        database.execute("""
                create table added(name text);
                create or replace view information_schema.information_schema_catalog_name as
                    select name::information_schema.sql_identifier as catalog_name from public.added
                    where current_date > '2000-01-01';
                """);
        Catalog after = jdbc.refresh();

        assertThat(baseNames(before)).isEmpty();
        assertThat(before.varies(view(before))).isFalse();
        assertThat(baseNames(after)).containsExactly("public.added");
        assertThat(after.varies(view(after))).isTrue();
    }

    @Test
    void whatIsRememberedIsWhatIsReadTheFirstTime(TestDatabase database) throws Exception {
        JdbcCatalog jdbc = JdbcCatalog.builder(JdbcCatalogTest.source(database)).build();
        jdbc.refresh();
        Catalog again = jdbc.refresh();

        StoredRelation tables = ((Found) again.relation("pg_catalog", "pg_tables", SearchPath.of())).relation();
        assertThat(again.baseRelations(tables))
                .extracting(StoredRelation::qualifiedName)
                .contains("pg_catalog.pg_class", "pg_catalog.pg_namespace", "pg_catalog.pg_tablespace");
    }

    private static List<String> baseNames(Catalog catalog) {
        return catalog.baseRelations(view(catalog)).stream()
                .map(StoredRelation::qualifiedName)
                .toList();
    }

    private static StoredRelation view(Catalog catalog) {
        return ((Found) catalog.relation("information_schema", VIEW, SearchPath.of())).relation();
    }
}
