package io.pgproxy.cache.drivers;

import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * Where a driver connects to.
 *
 * @param port of a relay on loopback
 * @param behind the database that is behind it
 */
record Place(int port, TestDatabase behind) {
    static final String HOST = "127.0.0.1";

    String database() {
        return behind.name();
    }

    String user() {
        return behind.user();
    }

    String password() {
        return behind.password();
    }

    /** For pgjdbc; {@code options} are connection properties as {@code name=value}. */
    String jdbcUrl(String... options) {
        return "jdbc:postgresql://" + HOST + ":" + port + "/" + database() + "?user=" + user() + "&password="
                + password() + "&sslmode=disable" + (options.length == 0 ? "" : "&" + String.join("&", options));
    }

    Connection connect(String... options) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(options));
    }
}
