package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.Test;

@WithPostgres
class ResultSettingsTest {

    @Test
    void theServerHasEachOfThem(TestDatabase database, @WithPostgres(version = 18) TestDatabase newest)
            throws Exception {
        for (String name : ResultSettings.NAMES) {
            String query = "select current_setting('" + name + "', true)";

            assertThat(database.query(query).get(0).get(0)).as(name).isNotNull();
            assertThat(newest.query(query).get(0).get(0)).as(name).isNotNull();
        }
    }
}
