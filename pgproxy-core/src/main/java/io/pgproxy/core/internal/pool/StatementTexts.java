package io.pgproxy.core.internal.pool;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Has one {@link PooledStatement} for each text and parameter types, for as long as a client or a connection has it.
 * Belongs to one event loop.
 */
final class StatementTexts {
    private static final String PREFIX = "pgproxy_";

    private final Map<Key, WeakReference<PooledStatement>> known = new WeakHashMap<>();
    private long named;

    /**
     * The statement of a definition.
     *
     * @param definition kept, not copied
     * @param circumstances the client's settings: by them the server finds out what the text means
     * @param definitions how many definitions have been changed so far: who prepares it now means what it means now
     */
    PooledStatement of(byte[] definition, Object circumstances, long definitions, Footprint footprint) {
        Key key = new Key(definition, circumstances, definitions);
        WeakReference<PooledStatement> reference = known.get(key);
        PooledStatement statement = reference == null ? null : reference.get();
        if (statement == null) {
            statement = PooledStatement.parsed(key, PREFIX + ++named, footprint);
            known.put(key, new WeakReference<>(statement));
        }
        return statement;
    }

    /** By content. Who has the statement has its key, and so keeps the entry. */
    static final class Key {
        final byte[] definition;
        final long definitions;
        final Object circumstances;
        private final int hash;

        Key(byte[] definition, Object circumstances, long definitions) {
            this.definition = definition;
            this.circumstances = circumstances;
            this.definitions = definitions;
            this.hash = Arrays.hashCode(definition) * 31 + circumstances.hashCode();
        }

        /** Whether another client can have the same. */
        boolean isShared() {
            return circumstances instanceof Map;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && hash == key.hash
                    && definitions == key.definitions
                    && Arrays.equals(definition, key.definition)
                    && circumstances.equals(key.circumstances);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
