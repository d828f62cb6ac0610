package io.pgproxy.core.internal.session;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds how often an address may guess cancel keys: a 32-bit secret is found by trying. Thread-safe; it forgets every
 * second.
 */
final class CancelThrottle {
    private static final int MOST_WRONG_KEYS = 20;

    private final ConcurrentHashMap<Object, AtomicInteger> wrongKeys = new ConcurrentHashMap<>();
    private final AtomicLong second = new AtomicLong();

    /** Whether this address has not guessed too often in this second. */
    boolean mayTry(Object address) {
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        long before = second.get();
        if (now != before && second.compareAndSet(before, now)) {
            wrongKeys.clear();
        }
        AtomicInteger count = wrongKeys.get(address);
        return count == null || count.get() < MOST_WRONG_KEYS;
    }

    void wrongKey(Object address) {
        wrongKeys.computeIfAbsent(address, same -> new AtomicInteger()).incrementAndGet();
    }
}
