package io.pgproxy.sql.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What the catalogue says of a new session is what a new session has. */
@WithPostgres
class SessionDefaultsTest {
    private static final List<String> ROLES = List.of("defaults_plain", "defaults_own", "defaults_here");
    private final TestDatabase database;

    SessionDefaultsTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void roles() throws Exception {
        for (String role : ROLES) {
            database.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'p'");
        }
    }

    @AfterEach
    void noRoles() throws Exception {
        database.execute("ALTER DATABASE \"" + database.name() + "\" RESET ALL; ALTER ROLE ALL RESET ALL");
        for (String role : ROLES) {
            database.execute("DROP ROLE " + role);
        }
    }

    private Catalog catalog() throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        return JdbcCatalog.builder(source).build().refresh();
    }

    private void assertTold() throws Exception {
        Catalog catalog = catalog();
        for (String role : ROLES) {
            String url = "jdbc:postgresql://" + database.host() + ":" + database.port() + "/" + database.name();
            try (Connection login = DriverManager.getConnection(url, role, "p");
                    Statement statement = login.createStatement()) {
                for (String setting : SessionDefaults.NAMES) {
                    try (ResultSet row = statement.executeQuery("SHOW " + setting)) {
                        row.next();
                        assertThat(catalog.sessionDefault(role, setting))
                                .as(role + " " + setting)
                                .hasValue(row.getString(1));
                    }
                }
            }
        }
    }

    @Test
    void ofTheServer() throws Exception {
        assertTold();
    }

    @Test
    void ofRolesAndDatabases() throws Exception {
        String here = " IN DATABASE \"" + database.name() + "\"";
        database.execute("ALTER ROLE defaults_own SET search_path = a, \"$user\", \"B\"");
        database.execute("ALTER ROLE defaults_here SET search_path = c");
        database.execute("ALTER ROLE defaults_here" + here + " SET search_path = d");
        database.execute("ALTER ROLE defaults_here IN DATABASE postgres SET search_path = e");
        assertTold();
        database.execute("ALTER ROLE ALL SET default_transaction_isolation = 'serializable'");
        database.execute("ALTER ROLE defaults_own SET default_transaction_isolation = 'read committed'");
        assertTold();
        database.execute("ALTER DATABASE \"" + database.name() + "\" SET search_path = f");
        assertTold();
    }

    @Test
    void whatTheReaderItselfHasSetIsNotTheServers() throws Exception {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setOptions("-c search_path=mine");

        Catalog catalog = JdbcCatalog.builder(source).build().refresh();

        assertThat(catalog.sessionDefault("defaults_plain", "search_path")).isEmpty();
        assertThat(catalog.sessionDefault("defaults_plain", "default_transaction_isolation"))
                .hasValue("read committed");
        assertThat(Catalog.offline().sessionDefault("defaults_plain", "search_path"))
                .isEmpty();
    }
}
