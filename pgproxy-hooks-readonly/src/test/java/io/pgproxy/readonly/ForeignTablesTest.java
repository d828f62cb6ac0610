package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.core.ProxyServer;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.LocalPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading a foreign table may write where it is kept, whatever this side's session says. */
@WithPostgres
class ForeignTablesTest {
    private static final String DATABASE = "foreign_tables";

    private static ProxyServer proxy;

    @BeforeAll
    static void fill(LocalPostgres server) throws Exception {
        server.createDatabase(DATABASE);
        try (Connection admin = server.connect(DATABASE);
                Statement statement = admin.createStatement()) {
            statement.execute("CREATE EXTENSION postgres_fdw");
            statement.execute("CREATE TABLE log (a int); CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS"
                    + " 'INSERT INTO public.log VALUES (1) RETURNING a'; CREATE VIEW v AS SELECT public.writes() AS a");
            statement.execute("CREATE SERVER self FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '"
                    + server.port() + "', dbname '" + DATABASE + "')");
            statement.execute("CREATE USER MAPPING FOR CURRENT_USER SERVER self OPTIONS (user '" + server.superuser()
                    + "', password '" + server.password() + "')");
            statement.execute("CREATE FOREIGN TABLE far (a int) SERVER self OPTIONS (table_name 'v')");
            statement.execute("CREATE VIEW near AS SELECT a FROM far; CREATE VIEW \"Nearer\" AS SELECT a FROM near");
            statement.execute("CREATE TABLE whole (a int) PARTITION BY RANGE (a)");
            statement.execute(
                    "CREATE FOREIGN TABLE part PARTITION OF whole DEFAULT SERVER self" + " OPTIONS (table_name 'v')");
        }
        proxy = proxy(server, ReadOnlyHook.builder());
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    private static ProxyServer proxy(LocalPostgres server, ReadOnlyHookBuilder builder) throws Exception {
        return ProxyServer.builder()
                .listen("127.0.0.1", 0)
                .upstream(server.url(DATABASE))
                .drainDeadline(Duration.ofSeconds(1))
                .hook("read-only", builder.build())
                .build()
                .start();
    }

    private static Connection connect(ProxyServer proxy, LocalPostgres server) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/" + DATABASE, server.superuser(), server.password());
    }

    private static String run(ProxyServer proxy, LocalPostgres server, String sql) throws SQLException {
        try (Connection connection = connect(proxy, server);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return "rows";
        } catch (SQLException refused) {
            return refused.getSQLState() + " " + refused.getMessage();
        }
    }

    private static int written(LocalPostgres server) throws SQLException {
        try (Connection admin = server.connect(DATABASE);
                Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM log")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM far",
                "SELECT * FROM public.FAR",
                "TABLE \"far\"",
                "SELECT * FROM near",
                "SELECT (SELECT max(a) FROM \"Nearer\")",
                "SELECT * FROM whole",
                "SELECT * FROM part",
                "EXPLAIN ANALYZE SELECT * FROM near"
            })
    void areRefusedAndWhatReachesThem(String sql, LocalPostgres server) throws Exception {
        int before = written(server);

        assertThat(run(proxy, server, sql))
                .startsWith("25006 ERROR: Write operations are not permitted: ")
                .contains("reads a foreign table");
        assertThat(written(server)).isEqualTo(before);
    }

    @Test
    void othersPassAndWhatTheCatalogueSays(LocalPostgres server) throws Exception {
        assertThat(run(proxy, server, "SELECT * FROM log")).isEqualTo("rows");
        assertThat(run(proxy, server, "SELECT * FROM information_schema.tables WHERE table_name = 'far'"))
                .isEqualTo("rows");
    }

    @Test
    void passWhereTheHostAllowsThem(LocalPostgres server) throws Exception {
        int before = written(server);
        try (ProxyServer allowing = proxy(server, ReadOnlyHook.builder().allowForeignTables())) {
            assertThat(run(allowing, server, "SELECT * FROM far")).isEqualTo("rows");
        }
        assertThat(written(server)).isEqualTo(before + 1);
    }
}
