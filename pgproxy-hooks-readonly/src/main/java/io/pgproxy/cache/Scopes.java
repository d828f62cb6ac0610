package io.pgproxy.cache;

import com.github.benmanes.caffeine.cache.Interner;

/** Makes equal scopes one object, so that the keys of many sessions are compared at a glance. For any thread. */
final class Scopes {
    private static final Interner<Scope> ALL = Interner.newWeakInterner();

    private Scopes() {}

    /** {@return the one that stands for all that equal it} */
    static Scope shared(Scope scope) {
        return ALL.intern(scope);
    }
}
