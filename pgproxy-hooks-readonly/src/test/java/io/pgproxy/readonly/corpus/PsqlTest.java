package io.pgproxy.readonly.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** psql's commands with a backslash show through a read-only proxy what they show without it. */
@WithPostgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PsqlTest {
    private static final String DESCRIBING = """
            SET search_path = shop, public;
            \\d
            \\d+
            \\dS pg_class
            \\dt+
            \\d orders
            \\d+ orders
            \\d+ open_orders
            \\d+ days
            \\d orders_by_price
            \\d+ numbers
            \\di+
            \\ds+
            \\dv+
            \\dm+
            \\dE
            \\dP+
            \\df
            \\df+ total
            \\dfp
            \\da pg_catalog.sum
            \\sf total
            \\sv open_orders
            \\dn+
            \\dT+
            \\dD+
            \\do pg_catalog.||
            \\dO pg_catalog."C"
            \\dC shop.*
            \\dc
            \\dF+
            \\dFd
            \\dFp
            \\dFt
            \\db+
            \\dA+
            \\dAc
            \\dAf
            \\dAo
            \\dAp
            \\dL+
            \\du+
            \\dg
            \\dp
            \\z orders
            \\ddp
            \\drds
            \\dx+
            \\dy
            \\dd
            \\dl
            \\lo_list
            \\des+
            \\det+
            \\deu+
            \\dew+
            \\dRp+
            \\dRs+
            \\dX
            \\d nothing_of_that_name
            \\l
            \\l+ template0
            \\dconfig work_mem
            """;

    private static final String DOING = """
            \\timing off
            \\encoding
            \\pset null NULL
            SELECT id, state, price FROM shop.orders ORDER BY id LIMIT 3 \\gx
            SELECT 1 AS a, 'x' AS b \\gdesc
            SELECT 'SELECT ' || g FROM generate_series(1, 3) g \\gexec
            SELECT 7 AS seven \\gset
            SELECT :seven + 1;
            SELECT g AS r, g % 2 AS c, g FROM generate_series(1, 4) g \\crosstabview
            \\copy (SELECT id, name FROM shop.customers ORDER BY id LIMIT 3) to stdout
            COPY shop.customers (id) TO STDOUT WITH (FORMAT csv, HEADER);
            BEGIN;
            DECLARE chosen CURSOR FOR SELECT id FROM shop.orders ORDER BY id;
            FETCH 2 FROM chosen;
            \\set FETCH_COUNT 7
            SELECT id FROM shop.orders ORDER BY id;
            COMMIT;
            BEGIN;
            SAVEPOINT a;
            SELECT 1 / 0;
            ROLLBACK TO a;
            SELECT 'goes on';
            COMMIT;
            \\set ON_ERROR_ROLLBACK on
            BEGIN;
            SELECT 1 / 0;
            SELECT 'goes on too';
            ROLLBACK;
            SHOW server_encoding;
            \\conninfo
            """;

    private TestDatabase database;
    private ProxyServer proxy;

    @BeforeAll
    void start(TestDatabase given) throws Exception {
        assumeTrue(isThere(), "psql is not on the PATH: install PostgreSQL's client programs");
        database = given;
        proxy = ReadOnlyProxy.before(given.server(), given.name());
        Shop.in(given);
    }

    @AfterAll
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
    }

    @Test
    void describingShowsTheSame(@TempDir Path directory) throws Exception {
        String direct = shown(DESCRIBING, database.port(), directory);

        assertThat(shown(DESCRIBING, proxy.port(), directory)).isEqualTo(direct);
        assertThat(direct).contains("what customers want", "orders_by_price", "double_price");
    }

    @Test
    void readingInAllItsWaysShowsTheSame(@TempDir Path directory) throws Exception {
        String direct = shown(DOING, database.port(), directory);

        assertThat(shown(DOING, proxy.port(), directory)).isEqualTo(direct);
        assertThat(direct).contains("goes on too", "division by zero");
    }

    private static boolean isThere() {
        List<String> path = Arrays.asList(System.getenv("PATH").split(File.pathSeparator, -1));
        return path.stream().anyMatch(directory -> new File(directory, "psql").canExecute());
    }

    /** Output and errors in one, as at a terminal; the port is another each time. */
    private String shown(String script, int port, Path directory) throws Exception {
        Path input = Files.writeString(directory.resolve("script"), script);
        Path output = directory.resolve("output");
        ProcessBuilder psql = new ProcessBuilder("psql", "-X", "-q")
                .redirectErrorStream(true)
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile());
        psql.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        psql.environment().put("PGHOST", "127.0.0.1");
        psql.environment().put("PGPORT", String.valueOf(port));
        psql.environment().put("PGDATABASE", database.name());
        psql.environment().put("PGUSER", database.user());
        psql.environment().put("PGPASSWORD", database.password());
        psql.environment().put("PGCLIENTENCODING", "UTF8");
        psql.environment().put("LC_ALL", "C.UTF-8");
        Process process = psql.start();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("psql does not end; so far it said: " + Files.readString(output));
        }
        return Files.readString(output).replace("\"" + port + "\"", "PORT").replaceAll("\\| +" + port, "| PORT");
    }
}
