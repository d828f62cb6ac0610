package io.pgproxy.core.internal.pool;

import io.netty.channel.EventLoop;
import io.pgproxy.core.backend.Backend;
import io.pgproxy.pool.PoolSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The pools of a server, by the names of their upstreams: a session of one of them can go to the others. Thread-safe.
 */
public final class Pools {
    private final Map<String, Pool> pools = new ConcurrentHashMap<>();
    private final Map<EventLoop, EqualMaps> maps = new ConcurrentHashMap<>();

    /** No pool yet. */
    public Pools() {}

    /**
     * One more.
     *
     * @param name of the upstream; no other may have it
     * @param backend what is shared, closed with the pool
     * @param settings how
     * @return the pool
     */
    public Pool add(String name, Backend backend, PoolSettings settings) {
        Pool pool = new Pool(name, backend, settings, this);
        pools.put(name, pool);
        return pool;
    }

    /**
     * Sessions go there no more; who waits there waits elsewhere.
     *
     * @param name of the upstream
     * @return null if there is none
     */
    public @Nullable Pool remove(String name) {
        return pools.remove(name);
    }

    /**
     * Finds one.
     *
     * @param name of the upstream
     * @return null if there is none
     */
    public @Nullable Pool find(String name) {
        return pools.get(name);
    }

    /** {@return all there are now} */
    public List<Pool> all() {
        return List.copyOf(pools.values());
    }

    /** Those of one event loop, to be used there alone. */
    EqualMaps equalMaps(EventLoop loop) {
        return maps.computeIfAbsent(loop, fresh -> new EqualMaps());
    }

    /** Names them. */
    @Override
    public String toString() {
        return "Pools" + pools.keySet();
    }
}
