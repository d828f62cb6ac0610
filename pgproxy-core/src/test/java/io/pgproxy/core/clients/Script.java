package io.pgproxy.core.clients;

/** What a client does, and what it sees. */
@FunctionalInterface
interface Script {
    /**
     * Runs the client.
     *
     * @param place where it connects to
     * @param seen takes all that the client gets to see
     */
    void run(Place place, Transcript seen) throws Exception;
}
