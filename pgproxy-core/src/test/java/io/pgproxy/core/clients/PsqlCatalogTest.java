package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** psql's commands that read the catalogue. */
@WithPostgres
class PsqlCatalogTest {
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
    void theFamilyOfDescribeShowsTheSame() throws Exception {
        String seen = twice.sees((place, out) -> Psql.at(place).feed(out, """
                \\conninfo
                SET search_path = shop, public;
                \\d
                \\d+
                \\dt+
                \\d orders
                \\d+ orders
                \\d+ open_orders
                \\d orders_by_customer
                \\di+
                \\ds
                \\dv+
                \\df
                \\df+ total
                \\sf total
                \\sv open_orders
                \\dn+
                \\dT+
                \\dD
                \\du
                \\dp
                \\ddp
                \\dx
                \\dd
                \\dconfig search_path
                \\l
                \\dO pg_catalog."C"
                \\dF
                \\do pg_catalog.||
                \\da pg_catalog.sum
                \\dC shop.*
                \\drds
                \\dRp
                \\dy
                \\dm
                \\dE
                \\db
                \\dA
                \\dL
                \\d nothing_of_that_name
                """));

        assertThat(seen)
                .contains("what customers want", "orders_by_customer", "\"PORT\"", "CREATE OR REPLACE FUNCTION")
                .contains("Did not find any relation named \"nothing_of_that_name\".");
    }

    @Test
    void hiddenQueriesAreTheSameAsWell() throws Exception {
        String seen = twice.sees((place, out) -> Psql.at(place).feed(out, "\\d shop.orders\n\\dn\n\\l\n", "-E"));

        assertThat(seen).contains("********* QUERY **********", "pg_catalog.pg_class");
    }
}
