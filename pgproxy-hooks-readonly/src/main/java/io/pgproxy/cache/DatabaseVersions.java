package io.pgproxy.cache;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The versions of the tables of one database. For any thread. */
final class DatabaseVersions {
    private final TableVersion everything = new TableVersion();
    private final Map<Long, TableVersion> tables = new ConcurrentHashMap<>();
    private final AtomicLong sessionDefaults = new AtomicLong();
    private final AtomicLong definitions = new AtomicLong();
    private volatile boolean defaultsWillChange;
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

    /** What settings new sessions begin with may change soon: ALTER ROLE … SET. */
    void willChangeDefaults() {
        defaultsWillChange = true;
        sessionDefaults.incrementAndGet();
    }

    /** {@return a number that two sessions share only if what they have not set themselves is the same} */
    long sessionDefaults() {
        return sessionDefaults.get();
    }

    /** Definitions may be others from now on: a catalogue that was read before is out of date. */
    void redefined() {
        if (defaultsWillChange) {
            defaultsWillChange = false;
            sessionDefaults.incrementAndGet();
        }
        definitions.incrementAndGet();
        definedAt = Instant.now();
    }

    /** {@return how often definitions may have changed: what was found out before the last time may be wrong} */
    long definitions() {
        return definitions.get();
    }

    /** {@return whether a catalogue that was read then knows of every definition made through the proxy} */
    boolean knowsAll(Instant readAt) {
        return readAt.isAfter(definedAt);
    }
}
