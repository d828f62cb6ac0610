package io.pgproxy.audit;

import org.jspecify.annotations.Nullable;

/** What waits for the audit's thread, which makes a record of it. */
sealed interface Entry permits SessionEntry, ExecutionEntry {
    /** The record, with its text as the audit shows it. */
    AuditRecord record(ShownTexts texts);

    /** How many places it takes. */
    int weight();

    /** The session that has a place too many by this; null if it has its own. */
    @Nullable
    Trail overdraws();
}
