package io.pgproxy.cache;

import io.pgproxy.sql.QualifiedName;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the host says of code that nobody can see through. Names have their schema, and are as the catalogue has them.
 *
 * @param functions which tables a function reads; such a function gives the same result as long as those have the same
 *     rows, whatever it promises the server, and writes nothing
 * @param triggers which tables a trigger writes, its own left aside
 */
record Declarations(Map<QualifiedName, Set<QualifiedName>> functions, Map<TriggerName, Set<QualifiedName>> triggers) {
    static final Declarations NONE = new Declarations(Map.of(), Map.of());

    Declarations {
        functions = Map.copyOf(functions);
        triggers = Map.copyOf(triggers);
    }

    /** The tables that a function was declared to read, or null. */
    @Nullable
    Set<QualifiedName> readBy(String schema, String function) {
        return functions.isEmpty() ? null : functions.get(new QualifiedName(schema, function));
    }

    /** The tables that a trigger was declared to write, or null. */
    @Nullable
    Set<QualifiedName> writtenBy(String schema, String table, String trigger) {
        return triggers.isEmpty() ? null : triggers.get(new TriggerName(new QualifiedName(schema, table), trigger));
    }
}
