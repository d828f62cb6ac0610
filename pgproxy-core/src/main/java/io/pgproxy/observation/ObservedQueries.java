package io.pgproxy.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.PgError;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Micrometer observation for each execution, which makes a metric and a span of it, as the registry's handlers have
 * it. It starts when this hook is asked for admission, so register it first: then the time that others take to decide
 * is in it. It stops at the execution's outcome, exactly once, with an error if the client was told one
 * ({@link FailedQuery}). What is refused before it is asked starts and stops at once.
 *
 * <p>A {@code traceparent} that the client has written into a comment as sqlcommenter does, in front of the statement
 * or behind it, becomes the parent. Whoever may send SQL may choose it: see {@link #ignoringComments}.
 *
 * <p>Conventions and handlers are called on event loops and must not block; no scope is opened. What they throw is
 * logged and refuses nothing. With a registry that has no handlers nothing is done.
 */
@SuppressWarnings("exports") // see the package: who uses it requires Micrometer
public final class ObservedQueries implements AdmitHook, ObserveHook {
    private static final Logger log = LoggerFactory.getLogger(ObservedQueries.class);
    private static final int FEW = 4;

    /** Each has an outcome, so nothing is left in it when its session ends. */
    private final Attribute<IdentityHashMap<Execution, Observation>> underWay =
            Attribute.named("observations under way");

    private final ObservationRegistry registry;
    private final @Nullable QueryConvention convention;
    private final boolean readsComments;

    private ObservedQueries(ObservationRegistry registry, @Nullable QueryConvention convention, boolean readsComments) {
        this.registry = registry;
        this.convention = convention;
        this.readsComments = readsComments;
    }

    /**
     * A hook that names by a convention of the registry's ({@link QueryConvention}), or else by
     * {@link SemanticConvention#withoutText}.
     *
     * @param registry gets the observations
     * @return the hook
     */
    public static ObservedQueries of(ObservationRegistry registry) {
        return new ObservedQueries(registry, null, true);
    }

    /**
     * Other names.
     *
     * @param names how observations are named, whatever conventions the registry has
     * @return a hook that is changed so
     */
    public ObservedQueries named(QueryConvention names) {
        return new ObservedQueries(registry, names, readsComments);
    }

    /**
     * For clients that are not trusted: with a comment they can put their queries below any trace whose number they
     * know, and have all of them sampled.
     *
     * @return a hook whose observations have no parent
     */
    public ObservedQueries ignoringComments() {
        return new ObservedQueries(registry, convention, false);
    }

    @Override
    public Verdict<Terms> admit(Execution execution) {
        if (!registry.isNoop()) {
            try {
                Observation observation = observation(execution);
                underWay(execution.session()).put(execution, observation);
                observation.start();
            } catch (RuntimeException e) {
                failed(e);
            }
        }
        return Verdict.proceed();
    }

    private IdentityHashMap<Execution, Observation> underWay(Session session) {
        IdentityHashMap<Execution, Observation> known = session.get(underWay);
        if (known == null) {
            known = new IdentityHashMap<>(FEW);
            session.set(underWay, known);
        }
        return known;
    }

    private Observation observation(Execution execution) {
        return Observation.createNotStarted(
                convention, SemanticConvention.withoutText(), () -> context(execution), registry);
    }

    private QueryContext context(Execution execution) {
        Statement statement = execution.statement();
        return new QueryContext(
                execution,
                readsComments
                        ? TraceComment.headers(statement.leadingComments(), statement.trailingComments())
                        : Map.of());
    }

    @Override
    public void completed(Execution execution, Outcome outcome) {
        IdentityHashMap<Execution, Observation> known = execution.session().get(underWay);
        Observation started = known == null ? null : known.remove(execution);
        if (started != null) {
            stop(started, outcome);
        } else if (!registry.isNoop()) {
            stop(observation(execution).start(), outcome);
        }
    }

    private static void stop(Observation observation, Outcome outcome) {
        if (observation.getContext() instanceof QueryContext context) {
            context.ended(outcome);
        }
        PgError error = outcome.error();
        try {
            if (error != null) {
                observation.error(new FailedQuery(error.sqlState()));
            }
        } finally {
            observation.stop(); // whatever a handler makes of the error
        }
    }

    private static void failed(RuntimeException cause) {
        log.warn("an observation failed: {}", cause.getClass().getName());
        log.debug("an observation failed", cause);
    }
}
