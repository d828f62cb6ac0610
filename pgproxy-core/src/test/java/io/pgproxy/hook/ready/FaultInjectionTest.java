package io.pgproxy.hook.ready;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.sql.StatementKind;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class FaultInjectionTest {
    private final Given.GivenSession session = new Given.GivenSession();

    @Test
    void matchingStatementsFailAndOthersPass() {
        FaultInjection faults = FaultInjection.builder()
                .error("40001", execution -> execution.statement().facts().kind() == StatementKind.UPDATE)
                .build();

        assertThat(sqlState(admit(faults, "UPDATE t SET a = 1"))).isEqualTo("40001");
        assertThat(admit(faults, "SELECT 1")).isEqualTo(Verdict.proceed());
    }

    @Test
    void aDelayIsADeferredVerdictThatProceeds() throws Exception {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
        try {
            FaultInjection faults = FaultInjection.builder()
                    .latency(Duration.ofMillis(30), scheduler)
                    .build();
            long begin = System.nanoTime();

            Verdict.Deferred<Terms> deferred = deferred(admit(faults, "SELECT 1"));

            assertThat(deferred.timeout()).isGreaterThan(Duration.ofSeconds(1));
            assertThat(deferred.stage().toCompletableFuture().get(10, TimeUnit.SECONDS))
                    .isEqualTo(Verdict.proceed());
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(30_000_000);
        } finally {
            scheduler.shutdownNow();
        }
    }

    @Test
    void aCancelledDelayLeavesNothingBehind() {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
        scheduler.setRemoveOnCancelPolicy(true);
        try {
            FaultInjection faults = FaultInjection.builder()
                    .latency(Duration.ofDays(1), scheduler)
                    .build();

            deferred(admit(faults, "SELECT 1")).stage().toCompletableFuture().cancel(false);

            assertThat(scheduler.getQueue()).isEmpty();
        } finally {
            scheduler.shutdownNow();
        }
    }

    private static Verdict.Deferred<Terms> deferred(Verdict<Terms> verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Deferred.class);
        return (Verdict.Deferred<Terms>) verdict;
    }

    @Test
    void aConnectionBreaksAfterSoManyExecutionsOfItsOwn() {
        FaultInjection faults = FaultInjection.builder().dropAfter(2).build();

        assertThat(admit(faults, "SELECT 1")).isEqualTo(Verdict.proceed());
        assertThat(admit(faults, "SELECT 1")).isEqualTo(Verdict.proceed());
        assertThat(session.isDropped()).isFalse();
        Verdict<Terms> third = admit(faults, "SELECT 1");

        assertThat(session.isDropped()).isTrue();
        assertThat(((Verdict.Reject<?>) third).error().isFatal()).isTrue();
        Given.GivenSession other = new Given.GivenSession();
        assertThat(faults.admit(Given.execution("SELECT 1", other))).isEqualTo(Verdict.proceed());
        assertThat(other.isDropped()).isFalse();
    }

    private Verdict<Terms> admit(FaultInjection faults, String sql) {
        return faults.admit(Given.execution(sql, session));
    }

    private static String sqlState(Verdict<?> verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Reject.class);
        return ((Verdict.Reject<?>) verdict).error().sqlState();
    }
}
