package io.pgproxy.core.clients;

import io.pgproxy.core.memory.ProxySocketFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Where a script's client connects to: the server itself or the proxy before it.
 *
 * @param host an address; the name of a proxy in this process if there is no port
 * @param port the server's or the proxy's; 0 for none
 * @param database of the same name and content in both runs
 * @param user the superuser
 * @param password of the user
 */
public record Place(String host, int port, String database, String user, String password) {

    public String jdbcUrl() {
        return port == 0
                ? "jdbc:postgresql:///" + database + "?socketFactoryArg=" + host + "&socketFactory="
                        + ProxySocketFactory.class.getName()
                : "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    /** Connects by pgjdbc; {@code options} are names and values of its connection properties. */
    public Connection connect(String... options) throws SQLException {
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
