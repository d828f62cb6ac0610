package io.pgproxy.core.internal.hook;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the names of a session's prepared statements, or of its portals and cursors, stand for: exactly as on the
 * server.
 *
 * <p>A name changes when the server says that it did. Until then a message of the same batch sees the change, for it is
 * skipped if the change fails; a message behind the batch's end cannot know, and has to wait.
 *
 * @param <T> what names stand for
 */
final class Names<T> {
    private final Map<String, T> known = new HashMap<>();
    private final ArrayDeque<Change<T>> pending = new ArrayDeque<>(0);

    /**
     * A change was sent.
     *
     * @param name the name, or null for all names
     * @param value what it will stand for, or null for nothing
     * @param exchange the exchange it was sent in
     */
    Change<T> change(@Nullable String name, @Nullable T value, long exchange) {
        Change<T> change = new Change<>(this, name, value, exchange);
        pending.add(change);
        return change;
    }

    /** Whether only the answers that are due can tell what a name stands for. */
    boolean mustWait(String name, long exchange) {
        Change<T> latest = latest(name);
        return latest != null && latest.exchange != exchange;
    }

    private @Nullable Change<T> latest(String name) {
        for (Iterator<Change<T>> latest = pending.descendingIterator(); latest.hasNext(); ) {
            Change<T> change = latest.next();
            if (change.concerns(name)) {
                return change;
            }
        }
        return null;
    }

    /** What a name stands for, for a message of this exchange; null for nothing. */
    @Nullable
    T find(String name) {
        if (pending.isEmpty()) {
            return known.get(name);
        }
        Change<T> latest = latest(name);
        return latest == null ? known.get(name) : latest.value;
    }

    /** What is known for certain; may be changed through its iterators. */
    Map<String, T> known() {
        return known;
    }

    private void apply(Change<T> change) {
        if (pending.remove(change)) {
            if (change.name == null) {
                known.clear();
            } else if (change.value == null) {
                known.remove(change.name);
            } else {
                known.put(change.name, change.value);
            }
        }
    }

    /**
     * A change that the server has not confirmed yet.
     *
     * @param <T> what names stand for
     */
    static final class Change<T> {
        private final Names<T> names;
        private final @Nullable String name;
        private final @Nullable T value;
        private final long exchange;

        private Change(Names<T> names, @Nullable String name, @Nullable T value, long exchange) {
            this.names = names;
            this.name = name;
            this.value = value;
            this.exchange = exchange;
        }

        /** The server has done it. */
        void confirm() {
            names.apply(this);
        }

        /** The server has not, and will not. */
        void drop() {
            names.pending.remove(this);
        }

        private boolean concerns(String other) {
            return name == null || name.equals(other);
        }
    }
}
