package io.pgproxy.testkit.postgres;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** A server that runs without us: databases may be made in it, its life is not ours. */
record BorrowedServer(String host, int port, String superuser, String password, String database, int version)
        implements Server {

    /** Connects once, to learn the version. */
    static BorrowedServer at(String url) throws SQLException {
        URI uri = URI.create(url);
        boolean known = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
        if (!known || uri.getHost() == null) {
            throw new IllegalArgumentException("not a URL of the form postgresql://user:password@host:port/database");
        }
        String[] login =
                uri.getUserInfo() == null ? new String[0] : uri.getUserInfo().split(":", 2);
        String user = login.length > 0 ? login[0] : ServerOptions.DEFAULT_SUPERUSER;
        String password = login.length > 1 ? login[1] : "";
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        String path = uri.getPath() == null ? "" : uri.getPath();
        String database = path.length() > 1 ? path.substring(1) : user;
        try (Connection connection = Login.connect(uri.getHost(), port, database, user, password)) {
            int version = connection.getMetaData().getDatabaseMajorVersion();
            return new BorrowedServer(uri.getHost(), port, user, password, database, version);
        }
    }

    @Override
    public String log() {
        throw notOurs("the log of");
    }

    @Override
    public Server startReplica(Map<String, String> settings) {
        throw ServerOptions.noPrimary();
    }

    @Override
    public void stop() {
        throw notOurs("stop");
    }

    @Override
    public void stopImmediately() {
        throw notOurs("stop");
    }

    @Override
    public void restart() {
        throw notOurs("restart");
    }

    @Override
    public void kill() {
        throw notOurs("kill");
    }

    @Override
    public void killBackend(long pid) {
        throw notOurs("kill a process of");
    }

    @Override
    public void close() {
        // It ran before and goes on.
    }

    @Override
    public String toString() {
        return "PostgreSQL " + version + " at " + host + ":" + port;
    }

    private static UnsupportedOperationException notOurs(String verb) {
        return new UnsupportedOperationException(
                verb + " the server at PGPROXY_TEST_URL: ask for a server with dedicated()");
    }
}
