package io.pgproxy.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

/** A handler that is broken. */
final class Throwing implements ObservationHandler<Observation.Context> {
    @Override
    public boolean supportsContext(Observation.Context context) {
        return true;
    }

    @Override
    public void onStart(Observation.Context context) {
        throw new IllegalStateException("a handler that is broken");
    }

    @Override
    public void onError(Observation.Context context) {
        throw new IllegalStateException("a handler that is broken");
    }
}
