package io.pgproxy.observation.documents;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.pgproxy.hook.QueryHook;
import io.pgproxy.observation.ObservedQueries;

/** How often what runs, how long it takes, and how it ends. */
public final class QueryTimers {
    private QueryTimers() {}

    public static QueryHook hook(MeterRegistry meters) {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        return ObservedQueries.of(registry);
    }
}
