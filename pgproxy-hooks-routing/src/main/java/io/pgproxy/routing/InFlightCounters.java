package io.pgproxy.routing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many exchanges each reader works on, by its name: it stays when the topology changes. */
final class InFlightCounters {
    private final Map<String, AtomicInteger> byName = new ConcurrentHashMap<>();

    AtomicInteger of(String reader) {
        return byName.computeIfAbsent(reader, unused -> new AtomicInteger());
    }

    /** How many a reader works on now. */
    int count(String reader) {
        AtomicInteger counter = byName.get(reader);
        return counter == null ? 0 : counter.get();
    }
}
