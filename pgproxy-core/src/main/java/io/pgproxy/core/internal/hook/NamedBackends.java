package io.pgproxy.core.internal.hook;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.hook.Route;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The upstreams of a server by their names, and which of several is next. Thread-safe. */
final class NamedBackends {
    /** The name of that to which every session is connected. */
    static final String MAIN = "main";

    private final Map<String, Backend> backends;
    private final Map<String, AtomicInteger> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    NamedBackends(Map<String, Backend> backends) {
        this.backends = Map.copyOf(backends);
    }

    @Nullable
    Backend find(String name) {
        return backends.get(name);
    }

    /** Chooses one of several. */
    String pick(Route.AnyOf route) {
        List<String> names = route.upstreams();
        return switch (route.pick()) {
            case ROUND_ROBIN -> names.get(Math.floorMod(turn.getAndIncrement(), names.size()));
            case RANDOM -> names.get(ThreadLocalRandom.current().nextInt(names.size()));
            case LEAST_CONNECTIONS -> leastUsed(names);
            case IN_ORDER -> names.get(0);
        };
    }

    private String leastUsed(List<String> names) {
        String least = names.get(0);
        for (String name : names) {
            if (count(name).get() < count(least).get()) {
                least = name;
            }
        }
        return least;
    }

    void opened(String name) {
        count(name).incrementAndGet();
    }

    void closed(String name) {
        count(name).decrementAndGet();
    }

    private AtomicInteger count(String name) {
        return sessions.computeIfAbsent(name, unused -> new AtomicInteger());
    }
}
