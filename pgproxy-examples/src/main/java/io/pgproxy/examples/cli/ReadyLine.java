package io.pgproxy.examples.cli;

/** The one line on standard output: a psql command that connects to the proxy. */
public final class ReadyLine {

    private ReadyLine() {}

    /**
     * Prints it, flushed, for whoever waits for it.
     *
     * @param address where clients connect
     * @param user a user that the upstream is likely to know
     * @param database a database that is likely to be there
     */
    public static void print(HostPort address, String user, String database) {
        System.out.println(text(address, user, database));
        System.out.flush();
    }

    static String text(HostPort address, String user, String database) {
        String conninfo = "host=" + value(address.host()) + " port=" + address.port() + " user=" + value(user)
                + " dbname=" + value(database);
        return "ready: psql \"" + conninfo.replaceAll("[\\\\\"$`]", "\\\\$0") + "\"";
    }

    /** Quoted as "Connection Strings" in the PostgreSQL manual's chapter on libpq wants it. */
    private static String value(String text) {
        return text.matches("[^\\s'\\\\]+") ? text : "'" + text.replaceAll("['\\\\]", "\\\\$0") + "'";
    }
}
