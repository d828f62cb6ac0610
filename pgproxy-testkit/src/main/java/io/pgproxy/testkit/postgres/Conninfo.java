package io.pgproxy.testkit.postgres;

/** How a program that uses libpq connects, such as the WAL receiver of a standby. */
record Conninfo(String host, int port, String user, String password) {

    static Conninfo of(Server server) {
        return new Conninfo(server.host(), server.port(), server.superuser(), server.password());
    }

    String text() {
        return "host=" + quoted(host) + " port=" + port + " user=" + quoted(user) + " password=" + quoted(password);
    }

    private static String quoted(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
