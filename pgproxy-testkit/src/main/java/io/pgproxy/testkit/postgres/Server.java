package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.util.Map;

/** A running PostgreSQL from one of the sources. Not safe for concurrent changes of its state. */
sealed interface Server extends AutoCloseable permits ProcessServer, ContainerServer, BorrowedServer {

    String host();

    int port();

    String superuser();

    String password();

    int version();

    String log() throws IOException;

    /** A streaming replica of it, which the caller closes. */
    Server startReplica(Map<String, String> settings) throws IOException;

    void stop() throws IOException;

    void stopImmediately() throws IOException;

    void restart() throws IOException;

    void kill() throws IOException;

    void killBackend(long pid) throws IOException;

    @Override
    void close() throws IOException;
}
