package io.pgproxy.core.internal.hook;

import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.backend.Credentials;
import io.pgproxy.hook.QueryRows;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The connections of the proxy's own: one for each event loop, database, user and credentials. Thread-safe. */
final class ServiceConnections {
    private final Backend backend;
    private final Map<Key, ServiceConnection> open = new ConcurrentHashMap<>();

    ServiceConnections(Backend backend) {
        this.backend = backend;
    }

    CompletionStage<QueryRows> ask(
            EventLoop loop,
            String user,
            String database,
            @Nullable Credentials credentials,
            String sql,
            List<@Nullable String> parameters) {
        if (loop.inEventLoop()) {
            return connection(new Key(loop, user, database, credentials)).ask(sql, parameters);
        }
        CompletableFuture<QueryRows> result = new CompletableFuture<>();
        loop.execute(() -> ask(loop, user, database, credentials, sql, parameters)
                .whenComplete((rows, failure) -> {
                    if (failure == null) {
                        result.complete(rows);
                    } else {
                        result.completeExceptionally(failure);
                    }
                }));
        return result;
    }

    private ServiceConnection connection(Key key) {
        ServiceConnection known = open.get(key);
        if (known == null) {
            known = ServiceConnection.open(
                    backend, key.loop, key.user, key.database, key.credentials, () -> open.remove(key));
            open.put(key, known);
        }
        return known;
    }

    /** Credentials are equal to themselves alone: nobody asks by a connection that another's password has opened. */
    private record Key(
            EventLoop loop,
            String user,
            String database,
            @Nullable Credentials credentials) {}
}
