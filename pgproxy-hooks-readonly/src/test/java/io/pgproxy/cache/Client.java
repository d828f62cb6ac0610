package io.pgproxy.cache;

import java.io.IOException;
import java.sql.SQLException;

/** Somebody with a session, who does one thing after the other. On one thread. */
interface Client extends AutoCloseable {
    /**
     * Does one thing.
     *
     * @return whether the session goes on
     * @throws SQLException what the server refuses, or that the session is lost
     * @throws IOException that it is lost
     */
    boolean step() throws SQLException, IOException;

    @Override
    void close() throws SQLException, IOException;
}
