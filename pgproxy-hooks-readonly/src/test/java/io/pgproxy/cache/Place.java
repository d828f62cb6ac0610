package io.pgproxy.cache;

import io.pgproxy.testkit.peer.ScriptedClient;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Where clients meet, and what all of them share. */
record Place(TestDatabase database, World world, Troubles troubles, Cancels cancels) {
    static final String HOST = "127.0.0.1";

    /** The driver, through a proxy. */
    Connection connect(int port, String user, String how) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + HOST + ":" + port + "/" + database.name() + "?user="
                + user + "&password=" + database.password() + "&sslmode=disable&" + how);
    }

    /** Raw messages, through a proxy. */
    ScriptedClient client(int port, String user) throws IOException {
        ScriptedClient client = ScriptedClient.connect(HOST, port);
        try {
            client.login(user, database.password(), database.name());
            return client;
        } catch (IOException | AssertionError refused) {
            client.close();
            throw Troubles.ended(String.valueOf(refused));
        }
    }
}
