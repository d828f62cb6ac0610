package io.pgproxy.core.internal.fanout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client has prepared by Parse and Bind, as the writers know it. */
final class Prepared {
    private final Map<String, Known> statements = new HashMap<>();
    private final Map<String, Known> portals = new HashMap<>();

    /** What each Parse of the exchange has replaced, in order: it holds again if the Parse fails. */
    private final List<Replaced> replaced = new ArrayList<>();

    /**
     * A statement that another may have replaced.
     *
     * @param known null if there was none
     */
    private record Replaced(String name, @Nullable Known known) {}

    void parse(String name, Known known) {
        replaced.add(new Replaced(name, statements.put(name, known)));
    }

    Known bind(String portal, String statement) {
        Known bound = statements.getOrDefault(statement, Known.UNKNOWN);
        portals.put(portal, bound);
        return bound;
    }

    Known portal(String name) {
        return portals.getOrDefault(name, Known.UNKNOWN);
    }

    void close(boolean statement, String name) {
        (statement ? statements : portals).remove(name);
    }

    /**
     * An exchange is over.
     *
     * @param parsed how many Parse of it have succeeded
     * @param idle whether no block is open
     */
    void exchangeOver(int parsed, boolean idle) {
        for (int i = replaced.size() - 1; i >= parsed; i--) {
            Replaced before = replaced.get(i);
            Known known = before.known();
            if (known == null) {
                statements.remove(before.name());
            } else {
                statements.put(before.name(), known);
            }
        }
        replaced.clear();
        if (idle) {
            portals.clear();
        }
    }
}
