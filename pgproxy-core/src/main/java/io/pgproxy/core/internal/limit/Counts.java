package io.pgproxy.core.internal.limit;

import java.util.concurrent.ConcurrentHashMap;

/**
 * How many there are of each key, up to a limit. Keys that nobody has take no room. Thread-safe.
 *
 * @param <K> what is counted by
 */
public final class Counts<K> {
    private final ConcurrentHashMap<K, Integer> counts = new ConcurrentHashMap<>();

    /** Nobody. */
    public Counts() {}

    /**
     * One more, if there is room.
     *
     * @param key whose
     * @param most how many there may be
     * @return whether it is counted; {@link #leave} is due if so
     */
    public boolean enter(K key, int most) {
        int count = counts.merge(key, 1, Integer::sum);
        if (count <= most) {
            return true;
        }
        leave(key);
        return false;
    }

    /**
     * One less.
     *
     * @param key whose
     */
    public void leave(K key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }
}
