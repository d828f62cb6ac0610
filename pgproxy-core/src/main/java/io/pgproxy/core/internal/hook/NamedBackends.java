package io.pgproxy.core.internal.hook;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.session.SharedBackend;
import io.pgproxy.hook.Route;
import java.util.ArrayList;
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

    /** Where an exchange is to go, and where else if it cannot. */
    List<String> inOrder(Route route) {
        if (route instanceof Route.One one) {
            return List.of(one.upstream());
        }
        Route.AnyOf any = (Route.AnyOf) route;
        List<String> names = any.upstreams();
        return switch (any.pick()) {
            case ROUND_ROBIN -> beginningWith(Math.floorMod(turn.getAndIncrement(), names.size()), names);
            case RANDOM -> beginningWith(ThreadLocalRandom.current().nextInt(names.size()), names);
            case LEAST_CONNECTIONS -> beginningWith(leastUsed(names), names);
            case IN_ORDER -> names;
        };
    }

    private static List<String> beginningWith(int first, List<String> names) {
        if (first == 0) {
            return names;
        }
        List<String> all = new ArrayList<>(names.size());
        all.addAll(names.subList(first, names.size()));
        all.addAll(names.subList(0, first));
        return all;
    }

    private int leastUsed(List<String> names) {
        int least = 0;
        for (int i = 1; i < names.size(); i++) {
            if (inUse(names.get(i)) < inUse(names.get(least))) {
                least = i;
            }
        }
        return least;
    }

    private int inUse(String name) {
        return backends.get(name) instanceof SharedBackend shared
                ? shared.inUse()
                : count(name).get();
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
