package io.pgproxy.core.internal.hook;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
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
    /** {@code NAMEDATALEN} of the server, less the zero at the end. */
    private static final int MOST_BYTES = 63;

    private static final int MOST_BYTES_OF_A_CHAR = 3;

    private final Map<String, T> known = new HashMap<>();

    /** By name, each in the order sent: a pipeline can hold very many, and each message of it looks here. */
    private final Map<String, ArrayDeque<Change<T>>> pending = new HashMap<>(2);

    private final ArrayDeque<Change<T>> pendingForAll = new ArrayDeque<>(0);
    private final boolean unnamedStays;
    private int pendingCount;
    private long sent;

    /**
     * No names.
     *
     * @param unnamedStays whether what happens to all names does not happen to the unnamed one
     */
    Names(boolean unnamedStays) {
        this.unnamedStays = unnamedStays;
    }

    /**
     * A change was sent.
     *
     * @param name the name, or null for all names
     * @param value what it will stand for, or null for nothing
     * @param exchange the exchange it was sent in
     */
    Change<T> change(@Nullable String name, @Nullable T value, long exchange) {
        String key = name == null ? null : key(name);
        Change<T> change = new Change<>(this, key, value, exchange, ++sent);
        (key == null ? pendingForAll : pending.computeIfAbsent(key, first -> new ArrayDeque<>(1))).add(change);
        pendingCount++;
        return change;
    }

    /** Whether only the answers that are due can tell what a name stands for. */
    boolean mustWait(String name, long exchange) {
        Change<T> latest = latest(key(name));
        return latest != null && latest.exchange != exchange;
    }

    /**
     * What the server knows a name by: its first bytes, also of one that comes in a message of the protocol, where it
     * is cut without a word and within a character, too (keys of {@code prepared_queries} and {@code PortalHashTable}).
     */
    private static String key(String name) {
        if (name.length() <= MOST_BYTES / MOST_BYTES_OF_A_CHAR) {
            return name;
        }
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MOST_BYTES) {
            return name;
        }
        boolean within = (bytes[MOST_BYTES] & 0xc0) == 0x80;
        return new String(bytes, 0, MOST_BYTES, within ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private @Nullable Change<T> latest(String name) {
        if (pendingCount == 0) {
            return null;
        }
        ArrayDeque<Change<T>> named = pending.get(name);
        Change<T> forName = named == null ? null : named.peekLast();
        Change<T> forAll = unnamedStays && name.isEmpty() ? null : pendingForAll.peekLast();
        return forName == null || (forAll != null && forAll.number > forName.number) ? forAll : forName;
    }

    /** What a name stands for, for a message of this exchange; null for nothing. */
    @Nullable
    T find(String name) {
        String key = key(name);
        Change<T> latest = latest(key);
        return latest == null ? known.get(key) : latest.value;
    }

    /** Whether a name stands for nothing, whatever becomes of the changes that were sent. */
    boolean isFree(String name) {
        String key = key(name);
        return latest(key) == null && !known.containsKey(key);
    }

    /** What is known for certain; may be changed through its iterators. */
    Map<String, T> known() {
        return known;
    }

    private void apply(Change<T> change) {
        if (forget(change)) {
            if (change.name == null) {
                known.keySet().removeIf(name -> !unnamedStays || !name.isEmpty());
            } else if (change.value == null) {
                known.remove(change.name);
            } else {
                known.put(change.name, change.value);
            }
        }
    }

    /** Whether it was pending. The server confirms in the order sent, so that it stands first. */
    private boolean forget(Change<T> change) {
        String name = change.name;
        ArrayDeque<Change<T>> among = name == null ? pendingForAll : pending.get(name);
        if (among == null || !among.remove(change)) {
            return false;
        }
        pendingCount--;
        if (name != null && !name.isEmpty() && among.isEmpty()) {
            pending.remove(name); // the unnamed one is used again and again
        }
        return true;
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
        private final long number;

        private Change(Names<T> names, @Nullable String name, @Nullable T value, long exchange, long number) {
            this.names = names;
            this.name = name;
            this.value = value;
            this.exchange = exchange;
            this.number = number;
        }

        /** The server has done it. */
        void confirm() {
            names.apply(this);
        }

        /** The server has not, and will not. */
        void drop() {
            names.forget(this);
        }
    }
}
