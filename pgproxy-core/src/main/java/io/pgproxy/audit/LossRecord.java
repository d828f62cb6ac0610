package io.pgproxy.audit;

import java.time.Instant;

/**
 * Records have been lost since the last one of this kind: there was no room for them, or the sink broke on them.
 *
 * @param when when this was written down; they were lost before
 * @param records how many
 */
public record LossRecord(Instant when, long records) implements AuditRecord {}
