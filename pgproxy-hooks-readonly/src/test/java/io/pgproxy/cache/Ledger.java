package io.pgproxy.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the writers of one row know of its versions. Versions rise in the order of their commits, for the row's lock
 * lets one writer in at a time; each carries the tag of the transaction that made it.
 */
final class Ledger {
    private final Map<String, Long> begun = new ConcurrentHashMap<>(Map.of("first", System.nanoTime()));
    private final AtomicLong floor = new AtomicLong(1);

    /** What makes a tag's version visible is about to be sent. */
    void mayCommit(String tag) {
        begun.putIfAbsent(tag, System.nanoTime());
    }

    /** The writer of a version has its answer: from now on nobody may read an older one. */
    void committed(long version) {
        floor.accumulateAndGet(version, Math::max);
    }

    /** The newest version that is certainly there. */
    long floor() {
        return floor.get();
    }

    /** Whether somebody asked for a tag's commit before a time. */
    boolean mayBeThere(String tag, long until) {
        Long from = begun.get(tag);
        return from != null && from - until < 0;
    }
}
