package io.pgproxy.core.internal.pool;

import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.pool.PoolMode;
import io.pgproxy.protocol.startup.StartupMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a session gets its connections from: from the upstream that it has logged in to, unless it is told where else.
 */
final class Homes {
    private final VirtualSession session;
    private final KeyedPool login;
    private final StartupMessage startup;
    private final @Nullable Credentials credentials;
    private final Map<String, KeyedPool> others = new HashMap<>(0);

    /** In the order of preference; empty for that of the login alone. */
    private List<String> wanted = List.of();

    /** Which of those it is. */
    private int index;

    private KeyedPool current;

    Homes(VirtualSession session, KeyedPool login, StartupMessage startup, @Nullable Credentials credentials) {
        this.session = session;
        this.login = login;
        this.startup = startup;
        this.credentials = credentials;
        this.current = login;
    }

    EventLoop loop() {
        return login.loop();
    }

    /** Where it gets a connection from now. */
    KeyedPool current() {
        return current;
    }

    boolean serves(List<String> upstreams) {
        if (upstreams == wanted) {
            return true;
        }
        if (login.isForSessions()) {
            return false;
        }
        for (String upstream : upstreams) {
            Pool pool = login.pool().others().find(upstream);
            if (pool == null || pool.settings().mode() == PoolMode.SESSION) {
                return false;
            }
        }
        return true;
    }

    boolean isWanted(List<String> upstreams) {
        return wanted.equals(upstreams);
    }

    /** From now on it goes to the first of these that can be reached. */
    void want(List<String> upstreams) {
        wanted = upstreams;
    }

    /** Whether connections of a pool are as good as any others. */
    static boolean isAmong(KeyedPool home, List<String> upstreams, boolean last) {
        int alike = last && upstreams.size() > 1 ? upstreams.size() - 1 : upstreams.size();
        for (int i = 0; i < alike; i++) {
            if (home.pool().name().equals(upstreams.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Finds the first that can be reached. */
    KeyedPool choose() {
        index = 0;
        current = wanted.isEmpty() ? login : find(wanted.get(0));
        while ((current.isDown() || isGone()) && hasNext()) {
            current = find(wanted.get(++index));
        }
        return current;
    }

    /** Whether that which is wanted has been taken away. */
    private boolean isGone() {
        return !wanted.isEmpty() && login.pool().others().find(wanted.get(index)) == null;
    }

    /** That of the login, which is never taken away; null if that is it already. */
    @Nullable
    KeyedPool goHome() {
        KeyedPool left = current;
        current = login;
        return left == login ? null : login;
    }

    private boolean hasNext() {
        return index < wanted.size() - 1;
    }

    /** The next that can be reached, where the one at hand cannot; null if there is none. */
    @Nullable
    KeyedPool next() {
        while (hasNext()) {
            KeyedPool next = find(wanted.get(++index));
            if (!next.isDown() && !isGone()) {
                current = next;
                return next;
            }
        }
        return null;
    }

    /** One that was taken away meanwhile is that of the login again. */
    private KeyedPool find(String name) {
        Pool pool = login.pool().others().find(name);
        if (pool == null || pool == login.pool()) {
            return login;
        }
        KeyedPool known = others.get(name);
        if (known == null || known.pool() != pool) {
            KeyedPool left = known;
            known = pool.of(startup, credentials, login.loop());
            known.join(session, credentials);
            others.put(name, known);
            if (left != null) {
                left.left(session);
            }
        }
        return known;
    }

    /** It is over: nobody has to serve it any more. */
    void left() {
        login.left(session);
        others.values().forEach(each -> each.left(session));
    }

    /** Names where it is. */
    @Override
    public String toString() {
        return "Homes[" + current.pool().name() + "]";
    }
}
