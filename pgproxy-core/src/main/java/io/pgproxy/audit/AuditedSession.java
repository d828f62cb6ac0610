package io.pgproxy.audit;

/**
 * The session that a record is about.
 *
 * @param id a number unique within the server
 * @param user the user that the client logged in as
 * @param database the database that the client asked for
 * @param client where the client is, such as {@code 192.0.2.7:54321}; never a name that had to be looked up
 */
public record AuditedSession(long id, String user, String database, String client) {
    /** {@return its number alone: names come from clients} */
    @Override
    public String toString() {
        return "session " + id;
    }
}
