package io.pgproxy.hook.ready;

import io.pgproxy.hook.AdmitHook;
import io.pgproxy.hook.Attribute;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.SqlState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Faults for tests of clients: statements that take long, that fail, and connections that break. Any thread.
 *
 * <p>What is asked first is the end of the connection, then errors in their order, then the delay. A delay is no load:
 * the session waits, its event loop does not.
 *
 * <pre>{@code
 * QueryHook faults = FaultInjection.builder()
 *         .latency(Duration.ofMillis(200), scheduler)
 *         .error("40001", execution -> execution.statement().facts().kind() == StatementKind.UPDATE)
 *         .dropAfter(100)
 *         .build();
 * }</pre>
 */
public final class FaultInjection implements AdmitHook {
    /** Beyond the delay itself, for a loop that is late. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private static final Verdict<Terms> DROPPED =
            Verdict.reject(PgError.of(SqlState.CONNECTION_FAILURE, "the connection is dropped for a test")
                    .fatal());

    private record Fault(Predicate<Execution> which, Verdict<Terms> verdict) {}

    private record Latency(Duration delay, ScheduledExecutorService scheduler) {}

    private final Attribute<AtomicInteger> count = Attribute.named("statements before the connection is dropped");
    private final List<Fault> faults;
    private final @Nullable Latency latency;
    private final int most;

    private FaultInjection(Builder builder) {
        faults = List.copyOf(builder.faults);
        latency = builder.latency;
        most = builder.most;
    }

    /** {@return a builder without faults} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Verdict<Terms> admit(Execution execution) {
        if (most < Integer.MAX_VALUE && isOver(execution.session())) {
            execution.session().drop();
            return DROPPED;
        }
        for (Fault fault : faults) {
            if (fault.which().test(execution)) {
                return fault.verdict();
            }
        }
        Latency late = latency;
        return late == null
                ? Verdict.proceed()
                : Verdict.defer(late(late), late.delay().plus(GRACE));
    }

    private boolean isOver(Session session) {
        AtomicInteger counted = session.get(count);
        if (counted == null) {
            counted = new AtomicInteger();
            session.set(count, counted);
        }
        return counted.incrementAndGet() > most;
    }

    /** A session that has gone cancels the stage, and with it what would complete it. */
    private static CompletionStage<Verdict<Terms>> late(Latency latency) {
        CompletableFuture<Verdict<Terms>> late = new CompletableFuture<>();
        Future<?> wake = latency.scheduler()
                .schedule(
                        () -> late.complete(Verdict.proceed()), latency.delay().toNanos(), TimeUnit.NANOSECONDS);
        late.whenComplete((verdict, failure) -> wake.cancel(false));
        return late;
    }

    /** Collects faults. Not thread-safe. */
    public static final class Builder {
        private final List<Fault> faults = new ArrayList<>();
        private @Nullable Latency latency;
        private int most = Integer.MAX_VALUE;

        private Builder() {}

        /**
         * Each execution that does not fail waits.
         *
         * @param delay how long
         * @param scheduler wakes them up; the host ends it
         * @return this
         * @throws IllegalArgumentException if the delay is negative
         */
        public Builder latency(Duration delay, ScheduledExecutorService scheduler) {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("a negative delay: " + delay);
            }
            latency = new Latency(delay, scheduler);
            return this;
        }

        /**
         * Some executions fail, without reaching the upstream.
         *
         * @param sqlState what the client gets; five characters
         * @param which which do; asked on event loops
         * @return this
         */
        public Builder error(String sqlState, Predicate<Execution> which) {
            faults.add(new Fault(which, Verdict.reject(sqlState, "a fault for a test")));
            return this;
        }

        /**
         * Connections break.
         *
         * @param executions so many are let through; the next one breaks the connection
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder dropAfter(int executions) {
            if (executions < 0) {
                throw new IllegalArgumentException("a negative number: " + executions);
            }
            most = executions;
            return this;
        }

        /** {@return the hook} */
        public FaultInjection build() {
            return new FaultInjection(this);
        }
    }
}
