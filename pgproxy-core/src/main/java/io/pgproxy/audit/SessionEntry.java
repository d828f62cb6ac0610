package io.pgproxy.audit;

import org.jspecify.annotations.Nullable;

/** Something has happened to a session. */
record SessionEntry(SessionRecord record, @Nullable Trail overdraws) implements Entry {
    @Override
    public AuditRecord record(ShownTexts texts) {
        return record;
    }

    @Override
    public int weight() {
        return 1;
    }
}
