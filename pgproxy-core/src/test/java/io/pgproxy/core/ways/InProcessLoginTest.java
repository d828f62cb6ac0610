package io.pgproxy.core.ways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.pgproxy.auth.ScramAuthenticator;
import io.pgproxy.auth.Users;
import io.pgproxy.core.ProxyServer;
import io.pgproxy.core.memory.ProxySocketFactory;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.leak.LeakCheck;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A pool of a service that shows the proxy of its own process a password, by SCRAM. */
@WithPostgres
class InProcessLoginTest {
    private final TestDatabase database;

    InProcessLoginTest(TestDatabase database) {
        this.database = database;
    }

    private HikariConfig pool(String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql:///" + database.name());
        config.addDataSourceProperty("socketFactory", ProxySocketFactory.class.getName());
        config.addDataSourceProperty("socketFactoryArg", "login");
        config.addDataSourceProperty("sslmode", "disable");
        config.setUsername("service");
        config.setPassword(password);
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(4);
        config.setInitializationFailTimeout(1);
        return config;
    }

    @Test
    void aPoolLogsInByScram() throws Exception {
        LeakCheck check = LeakCheck.begin(Duration.ofSeconds(5));
        try (ProxyServer server = ProxyServer.builder()
                .inProcess("login")
                .upstream("postgresql://" + database.user() + "@" + database.host() + ":" + database.port())
                .authenticator(ScramAuthenticator.of(
                        Users.builder().user("service", "s3cret".toCharArray()).build()))
                .drainDeadline(Duration.ZERO)
                .build()
                .start()) {
            try (HikariDataSource connections = new HikariDataSource(pool("s3cret"));
                    Connection connection = connections.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select current_user")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo(database.user());
                assertThat(server.sessions())
                        .isNotEmpty()
                        .allMatch(session -> session.user().equals("service"));
            }
            assertThatThrownBy(() -> new HikariDataSource(pool("guessed")).close())
                    .cause()
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("28P01"));
        }
        check.assertNothingLeft();
    }
}
