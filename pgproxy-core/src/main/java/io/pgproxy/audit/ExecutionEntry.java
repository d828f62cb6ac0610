package io.pgproxy.audit;

import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.PgError;
import io.pgproxy.sql.StatementKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An execution has ended: an event loop takes down what is at hand, no more. */
record ExecutionEntry(
        Instant when,
        AuditedSession session,
        StatementKind kind,
        Statement.Form form,
        @Nullable String sql,
        Outcome outcome,
        @Nullable Trail overdraws)
        implements Entry {
    /** A long text counts for several, so that memory is bounded and not the number alone. */
    private static final int CHARACTERS_IN_ONE = 10_000;

    @Override
    public int weight() {
        return sql == null ? 1 : 1 + sql.length() / CHARACTERS_IN_ONE;
    }

    @Override
    public AuditRecord record(ShownTexts texts) {
        PgError error = outcome.error();
        return new ExecutionRecord(
                when,
                session,
                kind,
                form,
                sql == null ? null : texts.shown(sql),
                outcome.status(),
                outcome.source(),
                outcome.decidedBy(),
                List.copyOf(outcome.upstreams()),
                outcome.rows(),
                outcome.bytes(),
                outcome.waited(),
                outcome.ran(),
                error == null ? null : error.sqlState());
    }

    /** Nothing of the text, nor of the error. */
    @Override
    public String toString() {
        return session + " " + kind;
    }
}
