package io.pgproxy.routing;

import java.io.IOException;
import java.sql.SQLException;

/** By which a node is asked how it is. One thread asks and closes; any may {@link #abort}. */
interface NodeConnection {
    /**
     * Asks, and connects for that where needed. Blocks.
     *
     * @throws SQLException what the server or the driver reports
     * @throws IOException if there is no password
     */
    Sample ask() throws SQLException, IOException;

    /** Ends what runs, from another thread. It is not used any more. */
    void abort();

    /** Closes it; a later question opens it again. */
    void close();

    /** Opens them. */
    @FunctionalInterface
    interface Opener {
        /** For a node; nothing is connected yet. */
        NodeConnection open(Node node, ProbeSettings settings);
    }
}
