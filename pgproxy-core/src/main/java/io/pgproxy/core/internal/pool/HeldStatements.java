package io.pgproxy.core.internal.pool;

import io.pgproxy.protocol.PgError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a connection has prepared, by its names there, as far as the server has confirmed it. */
final class HeldStatements {
    private final int most;
    private final LinkedHashMap<String, Entry> byName = new LinkedHashMap<>(16, 0.75f, true);

    /** What the server would not prepare again, and why; null most of the time. */
    private @Nullable Refused refused;

    /** The one without a name; null if there is none. */
    private @Nullable PooledStatement unnamed;

    HeldStatements(int most) {
        this.most = most;
    }

    /** Whether a statement is there under a name, or will be if a Parse of the client's own succeeds. */
    boolean has(String name, PooledStatement statement) {
        Entry entry = byName.get(name);
        return entry != null && entry.statement == statement;
    }

    /** Whether a statement that is there has other columns than clients know. */
    boolean isChanged(String name) {
        Entry entry = byName.get(name);
        return entry != null && entry.changed;
    }

    /** Whether there may be one of that name. */
    boolean has(String name) {
        return byName.containsKey(name);
    }

    /** What is there under a name, or null. */
    @Nullable
    PooledStatement at(String name) {
        Entry entry = byName.get(name);
        return entry == null ? null : entry.statement;
    }

    /** It has been confirmed, or will be if a Parse of the client's own succeeds. */
    void put(String name, PooledStatement statement) {
        byName.put(name, new Entry(statement, false));
    }

    /** It is there, but its columns are not those that clients know. */
    void putChanged(String name, PooledStatement statement) {
        byName.put(name, new Entry(statement, true));
    }

    /** What is there by a name is to be known as something else. */
    void rename(String name, PooledStatement known, PooledStatement as) {
        byName.computeIfPresent(name, (key, entry) -> entry.statement == known ? new Entry(as, entry.changed) : entry);
    }

    /** The server will not prepare it again. */
    void refused(String name, PgError why) {
        refused = new Refused(name, why);
    }

    /** What was refused before is nobody's business any more. */
    void forgetRefusal() {
        refused = null;
    }

    /** {@return why the server would not prepare it again just now; null if it was not asked to} */
    @Nullable
    PgError takeRefusal(String name) {
        Refused last = refused;
        refused = null;
        return last != null && last.name().equals(name) ? last.why() : null;
    }

    /** It is not there after all. */
    void remove(String name, PooledStatement statement) {
        if (has(name, statement)) {
            byName.remove(name);
        }
    }

    /** It has been closed, or will be: what it was, or null. */
    @Nullable
    PooledStatement remove(String name) {
        Entry entry = byName.remove(name);
        return entry == null ? null : entry.statement;
    }

    /** It has not been closed after all. */
    void putIfAbsent(String name, PooledStatement statement) {
        byName.putIfAbsent(name, new Entry(statement, false));
    }

    /** What has to make room for one more: those that were not used for longest. */
    List<String> tooMany() {
        return byName.size() < most
                ? List.of()
                : byName.keySet().stream().limit(byName.size() - most + 1L).toList();
    }

    @Nullable
    PooledStatement unnamed() {
        return unnamed;
    }

    void unnamed(@Nullable PooledStatement statement) {
        unnamed = statement;
    }

    /** All of them are gone. */
    void clear() {
        byName.clear();
        unnamed = null;
    }

    /** The names on the server; not to be changed. */
    Set<String> names() {
        return byName.keySet();
    }

    /** Whether something is there by a name that a client has given. */
    boolean hasNamesOfClients() {
        for (Map.Entry<String, Entry> held : byName.entrySet()) {
            if (isNameOfClient(held)) {
                return true;
            }
        }
        return false;
    }

    /** The names there that clients have given; a copy. */
    List<String> namesOfClients() {
        return hasNamesOfClients()
                ? byName.entrySet().stream()
                        .filter(HeldStatements::isNameOfClient)
                        .map(Map.Entry::getKey)
                        .toList()
                : List.of();
    }

    private static boolean isNameOfClient(Map.Entry<String, Entry> held) {
        PooledStatement statement = held.getValue().statement;
        return statement.isOfSql() || !held.getKey().equals(statement.name());
    }

    private record Refused(String name, PgError why) {}

    private record Entry(PooledStatement statement, boolean changed) {}

    /** Tells how many. */
    @Override
    public String toString() {
        return "HeldStatements[" + byName.size() + "]";
    }
}
