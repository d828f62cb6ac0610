package io.pgproxy.core.internal.auth;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each of some keys has failed lately. Those that failed longest ago make room for others. Thread-safe.
 *
 * @param <K> what is counted by
 */
final class FailureCounts<K> {
    private final int most;
    private final long forgetNanos;
    private final Map<K, Entry> entries = new LinkedHashMap<>();

    FailureCounts(int most, long forgetNanos) {
        this.most = most;
        this.forgetNanos = forgetNanos;
    }

    /** One more failure: how many there are now. */
    synchronized int add(K key, long now) {
        Entry known = entries.remove(key);
        int count = known == null || now - known.last >= forgetNanos ? 1 : known.count + 1;
        entries.put(key, new Entry(count, now)); // behind all others
        trim(now);
        return count;
    }

    synchronized int count(K key, long now) {
        Entry known = entries.get(key);
        return known == null || now - known.last >= forgetNanos ? 0 : known.count;
    }

    synchronized int size() {
        return entries.size();
    }

    private void trim(long now) {
        Iterator<Entry> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            if (now - oldest.next().last < forgetNanos && entries.size() <= most) {
                return;
            }
            oldest.remove();
        }
    }

    private record Entry(int count, long last) {}
}
