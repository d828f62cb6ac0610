package io.pgproxy.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * How observations of executions are named, and which key values they have. Called on event loops, when an observation
 * starts and again when it stops: until then {@link QueryContext#outcome} is null. Low-cardinality keys must be the
 * same in both calls and for all executions, since metrics are made of them.
 *
 * <p>A host that wants other names implements this, and may ask {@link SemanticConvention} for the rest; it is given to
 * {@link ObservedQueries#named}, or registered with the registry as a
 * {@link io.micrometer.observation.GlobalObservationConvention}.
 */
@SuppressWarnings("exports") // see the package: who uses it requires Micrometer
public interface QueryConvention extends ObservationConvention<QueryContext> {
    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof QueryContext;
    }
}
