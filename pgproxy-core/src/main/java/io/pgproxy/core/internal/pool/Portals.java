package io.pgproxy.core.internal.pool;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client's portals leave behind when they run, of those that leave anything. */
final class Portals {
    private final Map<String, Footprint> left = new HashMap<>(0);

    /** Whether one of them was closed or replaced by a message that is not answered yet. */
    private boolean dropped;

    boolean isEmpty() {
        return left.isEmpty();
    }

    /** What one leaves behind when it runs. */
    Footprint of(String name) {
        return left.getOrDefault(name, Footprint.NONE);
    }

    void bound(String name, Footprint footprint, PooledConnection to) {
        drop(footprint.isNothing() ? left.remove(name) : left.put(name, footprint), to);
    }

    void closed(String name, PooledConnection to) {
        drop(left.remove(name), to);
    }

    private void drop(@Nullable Footprint portal, PooledConnection to) {
        if (portal != null) {
            dropped = true;
            if (to.upstream().expected().isSkipping()) {
                to.needsFullReset();
            }
        }
    }

    /** The answer that is due next is an error. */
    void failed(PooledConnection to) {
        if (dropped) {
            to.needsFullReset(); // a savepoint may keep them
        }
    }

    /** Nothing that was sent is due any more. */
    void settled() {
        dropped = false;
    }

    /** The transaction is over, and they with it. */
    void clear() {
        left.clear();
    }
}
