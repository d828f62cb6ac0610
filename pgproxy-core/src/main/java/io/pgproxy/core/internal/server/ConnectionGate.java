package io.pgproxy.core.internal.server;

import io.pgproxy.core.Limit;
import io.pgproxy.core.Limits;
import io.pgproxy.core.internal.limit.Counts;
import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.limit.OverLimit;
import io.pgproxy.protocol.PgError;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts clients: in all and by address as soon as they say who they are, by user and database once they have proven
 * it, for a stranger who gives a name must not take the room of its owner. Thread-safe.
 */
final class ConnectionGate {
    private final Governor governor;
    private final AtomicInteger all = new AtomicInteger();
    private final Counts<Object> byAddress = new Counts<>();
    private final Counts<String> byUser = new Counts<>();
    private final Counts<String> byDatabase = new Counts<>();

    ConnectionGate(Governor governor) {
        this.governor = governor;
    }

    /** One more client: the refusal, or null; then {@link #leave} is due. */
    @Nullable
    PgError enter(Object host) {
        Limits limits = governor.limits();
        if (all.incrementAndGet() > limits.connections()) {
            all.decrementAndGet();
            return over(Limit.CONNECTIONS, OverLimit.connections(limits.connections()));
        }
        if (!byAddress.enter(host, limits.connectionsPerAddress())) {
            all.decrementAndGet();
            return over(Limit.CONNECTIONS_PER_ADDRESS, OverLimit.connectionsPerAddress(limits.connectionsPerAddress()));
        }
        return null;
    }

    void leave(Object host) {
        all.decrementAndGet();
        byAddress.leave(host);
    }

    /** A client has proven who it is: the refusal, or null; then {@link #leave(String, String)} is due. */
    @Nullable
    PgError enter(String user, String database) {
        Limits limits = governor.limits();
        if (!byUser.enter(user, limits.connectionsPerUser())) {
            return over(Limit.CONNECTIONS_PER_USER, OverLimit.connectionsPerUser(user, limits.connectionsPerUser()));
        }
        if (!byDatabase.enter(database, limits.connectionsPerDatabase())) {
            byUser.leave(user);
            return over(
                    Limit.CONNECTIONS_PER_DATABASE,
                    OverLimit.connectionsPerDatabase(database, limits.connectionsPerDatabase()));
        }
        return null;
    }

    void leave(String user, String database) {
        byUser.leave(user);
        byDatabase.leave(database);
    }

    private PgError over(Limit limit, PgError error) {
        governor.metrics().limited(limit);
        return error;
    }
}
