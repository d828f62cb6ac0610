package io.pgproxy.cache;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The versions of the tables of one database. For any thread. */
final class DatabaseVersions {
    private final TableVersion everything = new TableVersion();
    private final Map<Long, TableVersion> tables = new ConcurrentHashMap<>();
    private volatile Instant definedAt = Instant.EPOCH;

    /** {@return what changes with a write of which nobody knows where it goes} */
    TableVersion everything() {
        return everything;
    }

    /** {@return the version of a table} */
    TableVersion table(long oid) {
        TableVersion known = tables.get(oid);
        return known != null ? known : tables.computeIfAbsent(oid, key -> new TableVersion());
    }

    /** Definitions may be others from now on: a catalogue that was read before is out of date. */
    void redefined() {
        definedAt = Instant.now();
    }

    /** {@return whether a catalogue that was read then knows of every definition made through the proxy} */
    boolean knowsAll(Instant readAt) {
        return readAt.isAfter(definedAt);
    }
}
