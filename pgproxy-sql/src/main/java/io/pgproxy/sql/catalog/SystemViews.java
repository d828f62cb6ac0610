package io.pgproxy.sql.catalog;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the rules of the views that initdb made refer to. They are the same in all databases of a server and for as long
 * as it lives, and to search their texts would be more than half of the time of reading a small database: what was
 * found is kept under a digest of all of them, for all catalogues.
 *
 * @param nodes what they name
 * @param varying those that give other rows by themselves
 */
record SystemViews(List<Node> nodes, List<Long> varying) {
    /** There is one for each version of the server, so this is never reached but by somebody who changes such views. */
    private static final int MOST = 16;

    private static final Map<String, SystemViews> KNOWN = new ConcurrentHashMap<>();

    /**
     * A relation or a function, in the rule of a view.
     *
     * @param view whose rule
     * @param oid of what is named
     * @param relation whether that is a relation
     */
    record Node(long view, long oid, boolean relation) {}

    static @Nullable SystemViews known(String digest) {
        return KNOWN.get(digest);
    }

    SystemViews keep(String digest) {
        if (KNOWN.size() >= MOST) {
            KNOWN.clear();
        }
        KNOWN.put(digest, this);
        return this;
    }
}
