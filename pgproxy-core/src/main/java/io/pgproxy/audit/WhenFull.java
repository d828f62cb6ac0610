package io.pgproxy.audit;

/** What an audit does while its sink is so far behind that there is no room left. */
public enum WhenFull {
    /** Records are lost and counted, and the audit has a {@link LossRecord} as soon as it can. No client waits. */
    DROP,
    /** No record is lost: new executions and sessions wait, and are refused with 53400 if that takes too long. */
    BLOCK
}
