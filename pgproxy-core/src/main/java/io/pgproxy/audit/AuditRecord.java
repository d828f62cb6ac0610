package io.pgproxy.audit;

import java.time.Instant;

/**
 * One entry of an audit. Immutable; shows no text, user or database in {@code toString}. Further kinds may come: a sink
 * lets pass what it does not know.
 */
public sealed interface AuditRecord permits ExecutionRecord, SessionRecord, LossRecord {
    /** {@return when it happened; of an execution, when it had ended} */
    Instant when();
}
