package io.pgproxy.core.clients;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Where a script's client connects to: the server itself or the proxy before it.
 *
 * @param host an address
 * @param port the server's or the proxy's
 * @param database of the same name and content in both runs
 * @param user the superuser
 * @param password of the user
 */
record Place(String host, int port, String database, String user, String password) {

    String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    /** Connects by pgjdbc; {@code options} are names and values of its connection properties. */
    Connection connect(String... options) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("sslmode", "disable");
        for (int i = 0; i < options.length; i += 2) {
            properties.setProperty(options[i], options[i + 1]);
        }
        return DriverManager.getConnection(jdbcUrl(), properties);
    }
}
