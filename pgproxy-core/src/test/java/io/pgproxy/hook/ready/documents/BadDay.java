package io.pgproxy.hook.ready.documents;

import io.pgproxy.hook.QueryHook;
import io.pgproxy.hook.ready.FaultInjection;
import io.pgproxy.sql.StatementKind;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** A slow network, transactions that have to be tried again, and connections that do not last. */
public final class BadDay {
    private BadDay() {}

    public static QueryHook hook(ScheduledExecutorService scheduler) {
        return FaultInjection.builder()
                .latency(Duration.ofMillis(20), scheduler)
                .error("40001", execution -> execution.statement().facts().kind() == StatementKind.UPDATE)
                .dropAfter(20)
                .build();
    }
}
