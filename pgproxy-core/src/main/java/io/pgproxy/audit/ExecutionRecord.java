package io.pgproxy.audit;

import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Statement;
import io.pgproxy.sql.StatementKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An execution has ended: one that ran, failed or was cancelled, and also one that was refused, skipped, abandoned, or
 * answered by the proxy or from a cache. What its parts mean is told at {@link Outcome}.
 *
 * @param when when it had ended
 * @param session whose it was
 * @param kind what it does, in one word; {@link StatementKind#UNKNOWN} for a FunctionCall
 * @param form how it came
 * @param text its text as {@link AuditText} says; null without one
 * @param status how it ended
 * @param source who answered it
 * @param decidedBy the name of the hook that refused or answered it, or an empty string
 * @param upstreams the names of those that it was sent to; none if it was not
 * @param rows how many rows the client was sent, or how many the command tag counts if none were
 * @param bytes how many bytes of its answer the client was sent
 * @param waited from its message to its way upstream
 * @param ran from there to its end
 * @param sqlState of the error that the client was told; null if there was none
 */
public record ExecutionRecord(
        Instant when,
        AuditedSession session,
        StatementKind kind,
        Statement.Form form,
        @Nullable String text,
        Outcome.Status status,
        Outcome.Source source,
        String decidedBy,
        List<String> upstreams,
        long rows,
        long bytes,
        Duration waited,
        Duration ran,
        @Nullable String sqlState)
        implements AuditRecord {
    /** {@return the session's number, the kind and how it ended; nothing of the text} */
    @Override
    public String toString() {
        return session + " " + kind + " " + status;
    }
}
