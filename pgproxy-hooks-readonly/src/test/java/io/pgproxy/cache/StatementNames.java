package io.pgproxy.cache;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which statements of a session have names. What one unit of a pipeline parses or closes is not relied on in later ones
 * of it: an error may have skipped that.
 */
final class StatementNames {
    private final Map<String, String> bySql = new HashMap<>();

    /** Those that the server has told of. */
    private final Set<String> known = new HashSet<>();

    /** Those that the pipeline at hand parses or closes, and those that are there in this unit by that. */
    private final Set<String> touched = new HashSet<>();

    private final Set<String> here = new HashSet<>();
    private int portals;

    void pipelineBegins() {
        touched.clear();
        here.clear();
    }

    void unitEnds() {
        here.clear();
    }

    /** {@return the name that a text has, or is to have} */
    String of(String sql) {
        return bySql.computeIfAbsent(sql, any -> "s" + bySql.size());
    }

    String newPortal() {
        return "p" + portals++;
    }

    boolean isThere(String name) {
        return here.contains(name) || (known.contains(name) && !touched.contains(name));
    }

    boolean mayParse(String name) {
        return !known.contains(name) && !touched.contains(name);
    }

    void parses(String name) {
        if (!name.isEmpty()) {
            touched.add(name);
            here.add(name);
        }
    }

    void closes(String name) {
        touched.add(name);
        here.remove(name);
    }

    /** The server has told of it. */
    void heard(String name, boolean isThere) {
        if (isThere) {
            known.add(name);
        } else {
            known.remove(name);
        }
    }
}
