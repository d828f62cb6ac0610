package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Settings that come with the start-up packet. */
@WithPostgres
class PsqlSettingsTest {
    private static Twice twice;

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        Psql.isThere();
        twice = Twice.in(database);
    }

    @AfterAll
    static void stop() throws Exception {
        if (twice != null) {
            twice.close();
        }
    }

    @Test
    void optionsOfTheEnvironment() throws Exception {
        String seen = twice.sees((place, out) -> {
            String show = """
                    SHOW search_path;
                    SHOW statement_timeout;
                    SHOW application_name;
                    SHOW client_encoding;
                    SHOW timezone;
                    SHOW work_mem;
                    TABLE open_orders LIMIT 2;
                    SELECT pg_sleep(30);
                    RESET statement_timeout;
                    SHOW statement_timeout;
                    """;
            Psql.at(place)
                    .with("PGOPTIONS", "-c search_path=shop,public -c statement_timeout=100 --work-mem=1234kB")
                    .with("PGAPPNAME", "app ü")
                    .with("PGTZ", "Asia/Tokyo")
                    .feed(out, show);
            Psql.at(place)
                    .with("PGOPTIONS", "-c search_path=shop,\\ public")
                    .feed(out, show.replace("SELECT pg_sleep(30);", ""));
        });

        assertThat(seen).contains("shop,public", "100ms", "1234kB", "canceling statement due to statement timeout");
    }

    @Test
    void optionsThatTheServerRefuses() throws Exception {
        String seen = twice.sees((place, out) -> {
            Psql.at(place).with("PGOPTIONS", "-c nothing_like_it=1").feed(out, "SELECT 1;\n");
            Psql.at(place).with("PGOPTIONS", "-c statement_timeout=often").feed(out, "SELECT 1;\n");
            Psql.at(place).with("PGOPTIONS", "-c shared_buffers=1").feed(out, "SELECT 1;\n");
            Psql.at(place).with("PGOPTIONS", "-x").feed(out, "SELECT 1;\n");
            Psql.at(place).with("PGCLIENTENCODING", "MORSE").feed(out, "SELECT 1;\n");
            Psql.at(place).with("PGDATESTYLE", "Julian").feed(out, "SELECT 1;\n");
        });

        assertThat(seen)
                .contains("unrecognized configuration parameter", "exit code: 2")
                .doesNotContain("exit code: 0");
    }
}
