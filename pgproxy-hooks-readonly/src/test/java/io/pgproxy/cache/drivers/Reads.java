package io.pgproxy.cache.drivers;

/** What a driver reads; the same whenever it is run. */
@FunctionalInterface
interface Reads {
    /** Connects, reads, and closes all connections. */
    void run(Place place) throws Exception;

    /** Whether Close is sent now or then, and so is no part of what is compared. */
    default boolean closesAtAnyTime() {
        return false;
    }
}
