package io.pgproxy.core.internal.session;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.hook.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The upstreams of a server by their names, and which of several is next. Thread-safe. */
public final class NamedBackends {
    /** The name of that to which every session is connected. */
    public static final String MAIN = "main";

    private final Backend main;
    private final Map<String, Backend> others;
    private final Map<String, AtomicInteger> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Upstreams to begin with.
     *
     * @param main to which every session is connected
     * @param others further ones by their names
     */
    public NamedBackends(Backend main, Map<String, Backend> others) {
        this.main = main;
        this.others = new ConcurrentHashMap<>(others);
    }

    /** {@return that to which every session is connected} */
    public Backend main() {
        return main;
    }

    /** {@return all others there are now} */
    public List<Backend> others() {
        return List.copyOf(others.values());
    }

    /**
     * One more.
     *
     * @param name its name
     * @param backend what it is
     * @return false if the name is taken
     */
    public boolean add(String name, Backend backend) {
        return !name.equals(MAIN) && others.putIfAbsent(name, backend) == null;
    }

    /**
     * Nothing goes there any more.
     *
     * @param name not that of the main one
     * @return what it was, null if it was none
     */
    public @Nullable Backend remove(String name) {
        return others.remove(name);
    }

    /**
     * Finds a further one.
     *
     * @param name its name
     * @return null if there is none
     */
    public @Nullable Backend find(String name) {
        return others.get(name);
    }

    /**
     * Where an exchange is to go, and where else if it cannot.
     *
     * @param route what a hook has said
     * @return names, the first choice first; of several those that there are
     */
    public List<String> inOrder(Route route) {
        if (route instanceof Route.One one) {
            return List.of(one.upstream());
        }
        Route.AnyOf any = (Route.AnyOf) route;
        List<String> names = existing(any.upstreams());
        return switch (any.pick()) {
            case ROUND_ROBIN -> beginningWith(Math.floorMod(turn.getAndIncrement(), names.size()), names);
            case RANDOM -> beginningWith(ThreadLocalRandom.current().nextInt(names.size()), names);
            case LEAST_CONNECTIONS -> beginningWith(leastUsed(names), names);
            case IN_ORDER -> names;
        };
    }

    private List<String> existing(List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            if (!exists(names.get(i))) {
                List<String> all = names.stream().filter(this::exists).toList();
                return all.isEmpty() ? names : all;
            }
        }
        return names;
    }

    private boolean exists(String name) {
        return name.equals(MAIN) || others.containsKey(name);
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
        Backend backend = name.equals(MAIN) ? main : others.get(name);
        return backend instanceof SharedBackend shared
                ? shared.inUse()
                : count(name).get();
    }

    /**
     * A session is connected there.
     *
     * @param name of the upstream
     */
    public void opened(String name) {
        count(name).incrementAndGet();
    }

    /**
     * One is no more.
     *
     * @param name of the upstream
     */
    public void closed(String name) {
        count(name).decrementAndGet();
    }

    private AtomicInteger count(String name) {
        return sessions.computeIfAbsent(name, unused -> new AtomicInteger());
    }

    /** Names them. */
    @Override
    public String toString() {
        return "NamedBackends[" + MAIN + "=" + main + ", " + others + "]";
    }
}
