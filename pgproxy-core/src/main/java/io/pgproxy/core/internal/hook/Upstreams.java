package io.pgproxy.core.internal.hook;

import io.pgproxy.core.backend.Backend;
import io.pgproxy.core.internal.session.FurtherUpstream;
import io.pgproxy.core.internal.session.NamedBackends;
import io.pgproxy.core.internal.session.RoutedSession;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.hook.Route;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The upstreams of one session: its own, and others that are opened when an exchange goes there first. */
final class Upstreams {
    private static final List<String> HOME = List.of(NamedBackends.MAIN);

    private final HookEngine engine;
    private final ServingPhase serving;
    private final Map<String, Upstream> open = new HashMap<>(2);
    private final Map<String, Backend> backends = new HashMap<>(2);
    private final Map<Upstream, Map<String, SqlStatement>> statements = new HashMap<>(2);

    Upstreams(HookEngine engine, ServingPhase serving) {
        this.engine = engine;
        this.serving = serving;
        open.put(NamedBackends.MAIN, serving.main());
        engine.backends().opened(NamedBackends.MAIN);
    }

    /** Finds the upstream, or opens it; {@code then} goes on with it, {@code refuse} says why there is none. */
    void find(Route route, Consumer<Upstream> then, Consumer<PgError> refuse) {
        List<String> names = engine.backends().inOrder(route);
        RoutedSession routed = serving.main().routed();
        if (routed != null && routed.serves(names)) {
            serving.main().aim(names, route instanceof Route.AnyOf any && any.pick() == Route.Pick.IN_ORDER);
            then.accept(serving.main());
        } else {
            find(names.get(0), then, refuse);
        }
    }

    /** An open block goes on there, if it is not there: whether it may have to be begun again. */
    boolean move(Route route, String begin, boolean failedToo) {
        List<String> names = engine.backends().inOrder(route);
        RoutedSession routed = serving.main().routed();
        boolean moves = routed != null && routed.serves(names) && !routed.isAimed(names);
        if (moves) {
            serving.main().move(names, begin, failedToo);
        }
        return moves;
    }

    /** Exchanges go to the session's own upstream again. */
    void home() {
        serving.main().aim(HOME, false);
    }

    private void find(String name, Consumer<Upstream> then, Consumer<PgError> refuse) {
        Upstream known = open.get(name);
        boolean isMain = name.equals(NamedBackends.MAIN);
        Backend backend = isMain ? engine.backends().main() : engine.backends().find(name);
        boolean isOfBefore = !isMain && backends.get(name) != backend; // one that was taken away serves nobody
        if (known != null && !known.isClosed() && !isOfBefore) {
            then.accept(known);
            return;
        }
        if (isMain || backend == null) {
            refuse.accept(PgError.of(SqlState.SYSTEM_ERROR, "there is no upstream named \"" + name + "\""));
            return;
        }
        FurtherUpstream.open(
                backend,
                serving,
                upstream -> {
                    backends.put(name, backend);
                    if (open.put(name, upstream) == null) { // else it takes the place of one that was lost
                        engine.backends().opened(name);
                    }
                    then.accept(upstream);
                },
                refuse);
    }

    /** The name under which hooks know an upstream. */
    String name(Upstream upstream) {
        if (upstream == serving.main()) {
            return NamedBackends.MAIN;
        }
        for (Map.Entry<String, Upstream> each : open.entrySet()) {
            if (each.getValue() == upstream) {
                return each.getKey();
            }
        }
        return NamedBackends.MAIN;
    }

    /** An upstream has said that it holds a statement under a name. */
    void holds(Upstream upstream, String name, SqlStatement statement) {
        statements.computeIfAbsent(upstream, unknown -> new HashMap<>()).put(name, statement);
    }

    /** An upstream has said that a name stands for nothing there. */
    void closed(Upstream upstream, String name) {
        Map<String, SqlStatement> held = statements.get(upstream);
        if (held != null) {
            held.remove(name);
        }
    }

    /** Whether an upstream has ever said that it holds a statement under a name: it may have been closed elsewhere. */
    boolean mayHold(Upstream upstream, String name) {
        Map<String, SqlStatement> held = statements.get(upstream);
        return held != null && held.containsKey(name);
    }

    /** Whether an upstream is known to hold just this statement under a name. */
    boolean isHeld(Upstream upstream, String name, SqlStatement statement) {
        Map<String, SqlStatement> held = statements.get(upstream);
        @Nullable SqlStatement known = held == null ? null : held.get(name);
        return known == statement;
    }

    /** The session is over. */
    void over() {
        open.keySet().forEach(engine.backends()::closed);
        open.clear();
    }
}
