package io.pgproxy.audit;

import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.PgError;
import io.pgproxy.sql.StatementKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records and outcomes as tests need them. */
final class Records {
    static final Instant WHEN = Instant.parse("2026-01-02T03:04:05.006007Z");
    static final AuditedSession SESSION = new AuditedSession(7, "alice", "shop", "192.0.2.7:54321");

    private Records() {}

    static ExecutionRecord of(@Nullable String text) {
        return new ExecutionRecord(
                WHEN,
                SESSION,
                StatementKind.SELECT,
                Statement.Form.PREPARED,
                text,
                Outcome.Status.FAILED,
                Outcome.Source.UPSTREAM,
                "",
                List.of("main"),
                3,
                99,
                Duration.ofNanos(12_345),
                Duration.ofMillis(2),
                "22012");
    }

    static Outcome outcome(Outcome.Status status) {
        PgError error = status == Outcome.Status.SUCCEEDED ? null : PgError.of("23505", "Key (a)=(secret) exists");
        return new Outcome(
                status, Outcome.Source.UPSTREAM, List.of("main"), 1, 2, Duration.ZERO, Duration.ZERO, error, "");
    }
}
