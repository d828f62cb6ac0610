package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.guard.WatchedSession;
import io.pgproxy.core.internal.limit.Governor;
import io.pgproxy.core.internal.session.NamedBackends;
import io.pgproxy.core.internal.session.ServingPhase;
import io.pgproxy.core.internal.session.Session;
import io.pgproxy.core.internal.session.SessionGuard;
import io.pgproxy.core.internal.session.Steering;
import io.pgproxy.core.internal.session.SteeringFactory;
import io.pgproxy.hook.HookChain;
import io.pgproxy.hook.QueryRows;
import io.pgproxy.sql.SqlAnalysis;
import io.pgproxy.sql.SqlAnalyzer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The hooks of one server, and what their sessions share. Thread-safe. */
public final class HookEngine implements SteeringFactory {
    private final Governor governor;
    private final ServiceConnections services;
    private final NamedBackends backends;
    private volatile Stages stages;

    /**
     * An engine.
     *
     * @param chain the hooks to begin with
     * @param backends the main one is where queries of hooks go; to the others exchanges can be routed
     * @param governor limits, and who measures
     */
    public HookEngine(HookChain chain, NamedBackends backends, Governor governor) {
        this.governor = governor;
        this.services = new ServiceConnections(backends.main());
        this.backends = backends;
        this.stages = new Stages(chain, governor.metrics());
        if (!stages.isEmpty()) {
            analyzer().warmUp(); // whoever asks for a structure first should not wait longer than others
        }
    }

    /**
     * Exchanges the hooks: in force at each session's next exchange.
     *
     * @param chain the hooks from now on
     */
    public void swap(HookChain chain) {
        stages = new Stages(chain, governor.metrics());
    }

    /** {@return the hooks in force} */
    public HookChain chain() {
        return stages.chain();
    }

    Stages stages() {
        return stages;
    }

    SqlAnalyzer analyzer() {
        return governor.reader().analyzer();
    }

    Governor governor() {
        return governor;
    }

    NamedBackends backends() {
        return backends;
    }

    /** Reads the SQL in a message; sessions whose SQL is read have standard_conforming_strings on. */
    SqlAnalysis analyze(ByteBuf message, int from, int length) {
        return governor.reader().analyze(message, from, length, true);
    }

    CompletionStage<QueryRows> query(HookSession session, String sql, List<@Nullable String> parameters) {
        return services.ask(session.loop(), session.user(), session.database(), session.credentials(), sql, parameters);
    }

    @Override
    public SessionGuard guard(Session session) {
        if (stages.isEmpty()) {
            return governor.watches()
                    ? new WatchedSession(session, governor)
                    : SteeringFactory.TRANSPARENT.guard(session);
        }
        return new HookGuard(session, this);
    }

    @Override
    public @Nullable Steering steer(ServingPhase session) {
        throw new IllegalStateException("a session's guard makes its steering");
    }
}
