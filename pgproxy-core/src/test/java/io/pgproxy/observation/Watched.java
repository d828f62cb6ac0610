package io.pgproxy.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps what the handlers of a registry are told, and what they must not be told. */
final class Watched implements ObservationHandler<QueryContext> {
    /** Values of an observation, for its context is valid no longer than the execution. */
    record Stopped(
            String name,
            @Nullable String parent,
            Map<String, String> low,
            Map<String, String> high,
            @Nullable String error) {}

    final List<Stopped> stopped = new CopyOnWriteArrayList<>();
    final List<String> faults = new CopyOnWriteArrayList<>();
    final Set<QueryContext> open = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    @Override
    public boolean supportsContext(Observation.Context context) {
        return context instanceof QueryContext;
    }

    @Override
    public void onStart(QueryContext context) {
        if (!open.add(context)) {
            faults.add("started twice: " + context);
        }
    }

    @Override
    public void onStop(QueryContext context) {
        if (!open.remove(context)) {
            faults.add("stopped without a start: " + context);
        }
        Throwable error = context.getError();
        stopped.add(new Stopped(
                String.valueOf(context.getContextualName()),
                context.getGetter().get(context.getCarrier(), "traceparent"),
                map(context.getLowCardinalityKeyValues()),
                map(context.getHighCardinalityKeyValues()),
                error == null ? null : error.toString()));
    }

    private static Map<String, String> map(KeyValues values) {
        return values.stream().collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
    }

    /** How they ended, as one word each. */
    List<String> statuses() {
        return stopped.stream()
                .map(one -> one.name + " " + one.low.get("pgproxy.status"))
                .toList();
    }
}
