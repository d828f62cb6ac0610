package io.pgproxy.core.internal.pool;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Has one instance for equal maps of settings: most can be told to be equal without looking into them, whichever pool
 * they are of. Belongs to one event loop.
 */
final class EqualMaps {
    private static final int MOST = 1_000;

    private final Map<Map<String, String>, Map<String, String>> known = new HashMap<>();

    Map<String, String> one(Map<String, String> parameters) {
        Map<String, String> found = known.get(parameters);
        if (found == null) {
            if (known.size() >= MOST) {
                known.clear();
            }
            found = Collections.unmodifiableMap(new LinkedHashMap<>(parameters)); // in the server's order
            known.put(found, found);
        }
        return found;
    }

    /** Tells how many there are; no value. */
    @Override
    public String toString() {
        return "EqualMaps[" + known.size() + "]";
    }
}
