package io.pgproxy.core.internal.guard;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What prepared statements and portals of a session stand for, as far as the client's messages tell; whether the server
 * has taken them is not waited for. What is not known here may do anything.
 */
final class KnownNames {
    /** Enough for what drivers keep; a client with more gets the cautious treatment for those above. */
    private static final int MOST = 10_000;

    private final Map<String, Prepared> statements = new HashMap<>();
    private final Map<String, OpenPortal> portals = new HashMap<>();
    private final OpenPortal unnamedPortal = new OpenPortal();
    private Prepared unnamed = Prepared.UNKNOWN;

    void parse(String name, Prepared statement) {
        if (name.isEmpty()) {
            unnamed = statement;
        } else if (statements.size() < MOST || statements.containsKey(name)) {
            statements.merge(name, statement, (before, now) -> now.or(before));
        }
    }

    /** A portal is made; {@code gone} is told of one that it replaces. */
    void bind(String portal, String statement, Consumer<OpenPortal> gone) {
        OpenPortal bound = unnamedPortal;
        if (!portal.isEmpty()) {
            if (portals.size() >= MOST) {
                return;
            }
            bound = portals.computeIfAbsent(portal, name -> new OpenPortal());
        }
        if (bound.isSuspended()) {
            gone.accept(bound);
        }
        bound.bind(statement.isEmpty() ? unnamed : statements.getOrDefault(statement, Prepared.UNKNOWN));
    }

    OpenPortal portal(String name) {
        if (name.isEmpty()) {
            return unnamedPortal;
        }
        OpenPortal known = portals.get(name);
        return known == null ? new OpenPortal() : known;
    }

    void closeStatement(String name) {
        statements.remove(name);
    }

    void closePortal(String name, Consumer<OpenPortal> gone) {
        OpenPortal closed = name.isEmpty() ? unnamedPortal : portals.remove(name);
        if (closed != null && closed.isSuspended()) {
            gone.accept(closed);
            closed.resume();
        }
    }

    /** A transaction has ended, and all portals with it. */
    void transactionOver(Consumer<OpenPortal> gone) {
        closePortal("", gone);
        if (!portals.isEmpty()) {
            portals.values().forEach(portal -> {
                if (portal.isSuspended()) {
                    gone.accept(portal);
                }
            });
            portals.clear();
        }
    }
}
