package io.pgproxy.observation;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Outcome;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an execution while it is observed. Its carrier holds the headers {@code traceparent} and
 * {@code tracestate} that the client has sent in a comment, if they are well-formed; so handlers that know a
 * {@link ReceiverContext} find the parent.
 *
 * <p>Used by the session's event loop, on which conventions and handlers are called.
 */
@SuppressWarnings("exports") // see the package: who uses it requires Micrometer
public final class QueryContext extends ReceiverContext<Map<String, String>> {
    private final Execution execution;
    private @Nullable Outcome outcome;

    QueryContext(Execution execution, Map<String, String> headers) {
        super(Map::get, Kind.SERVER);
        this.execution = execution;
        setCarrier(headers);
    }

    /**
     * What is observed.
     *
     * @return valid until handlers have been told that the observation has stopped; keep values of it, not it
     */
    public Execution execution() {
        return execution;
    }

    /** {@return how it ended; null until it has} */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    void ended(Outcome how) {
        outcome = how;
    }
}
